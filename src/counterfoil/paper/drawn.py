"""A signature that was drawn, as lines: for pages and for print."""

from itertools import pairwise

from counterfoil.books.sales import signing

INK = "#1b2a4a"
THICKNESS = 4


def path(drawn: str) -> str:
    """The strokes as the path of an SVG: numbers and letters of commands, nothing else. Corners are rounded off."""
    return " ".join(_stroke(points) for points in signing.strokes(drawn))


def drawing(drawn: str) -> str:
    """The strokes as an SVG of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {signing.WIDTH} {signing.HEIGHT}">'
        f'<path d="{path(drawn)}" fill="none" stroke="{INK}" stroke-width="{THICKNESS}" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>'
    )


def _stroke(points: signing.Stroke) -> str:
    """Through the middle between one point and the next, so that what was drawn fast is no polygon."""
    (x, y), *others = points
    parts = [f"M{x} {y}"]
    for (x1, y1), (x2, y2) in pairwise(others):
        parts.append(f"Q{x1} {y1} {(x1 + x2) // 2} {(y1 + y2) // 2}")
    last_x, last_y = points[-1]
    return " ".join([*parts, f"L{last_x} {last_y}"])
