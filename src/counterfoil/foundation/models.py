"""Tables of the foundation, named where Django looks for them."""

from .events import Event, Unspread

__all__ = ["Event", "Unspread"]
