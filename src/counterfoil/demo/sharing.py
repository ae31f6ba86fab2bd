"""What the demo's business and its customers share: files on accounts and documents, and one with a comment."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterfoil.books.conversations import comments
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.files import keeping
from counterfoil.books.files.keeping import Upload
from counterfoil.books.sales.models import Invoice, Quote
from counterfoil.books.sharing import shared_files

from .business import acting
from .people import BAKERY, YUNSHAN

if TYPE_CHECKING:
    from .history import Story

COLOURS = "Shopfront\tRAL 5020 ocean blue\nLettering\tRAL 9010 pure white\nDoor\tRAL 1018 zinc yellow\n"
HOURS = "day,opens,closes\nMon-Fri,07:00,16:00\nSat,07:00,13:00\n"


def tell(story: "Story") -> None:
    """Have it shared on days of the last weeks."""
    owner = story.made.owner
    bakery, yunshan = story.people[BAKERY.name], story.people[YUNSHAN.name]
    ana, wei = (
        acting(ContactPerson.objects.filter(organization=story.made.organization, email=email).order_by("id")[0])
        for email in ("ana@harbour.test", "wei@yunshan.test")
    )

    def on(days_ago: int, step: Callable[[], Any]) -> None:
        story.at(story.today - timedelta(days=days_ago), step)

    on(20, lambda: _share(bakery, ("Opening hours.csv", HOURS.encode()), ("Shop front.jpg", _photo("JPEG")), by=ana))
    on(14, lambda: _share(bakery, ("Colours.txt", COLOURS.encode()), by=owner, shown=True))
    on(13, lambda: _share(bakery, ("Calculation.csv", b"item,hours\nsign,14\nlettering,6\n"), by=owner))
    on(12, lambda: _share(yunshan, ("海报初稿.png", _photo("PNG")), by=owner, shown=True))
    on(9, lambda: _share(yunshan, ("尺寸说明.txt", "海报 50 × 70 厘米，三张。\n".encode()), by=wei))
    on(5, lambda: _share(_quote(bakery), ("Shopfront sketch.pdf", _photo("PDF")), by=owner, shown=True))
    on(1, lambda: _say(bakery, owner))


def _quote(customer: Any) -> Any:
    return Quote.objects.filter(customer=customer).visible_to_customer().latest("id")


def _share(subject: Any, *files: tuple[str, bytes], by: Any, shown: bool = False) -> None:
    with keeping.taken_in([_upload(*one) for one in files]) as kept:
        shared_files.add(subject, kept, by=by, shown=shown)


def _say(customer: Any, owner: Any) -> None:
    invoice = Invoice.objects.get(customer=customer, order_number="HB-2290")
    with keeping.taken_in([_upload("Lighthouse.png", _photo("PNG"))]) as kept:
        comments.add(invoice, "Here is the sketch of the lighthouse.", by=owner, shown=True, files=kept)


def _upload(name: str, content: bytes) -> Upload:
    return Upload(name, len(content), io.BytesIO(content))


def _photo(kind: str) -> bytes:
    """A lighthouse by the sea, as far as rectangles go."""
    from PIL import Image, ImageDraw

    picture, file = Image.new("RGB", (1200, 800), "#bcd7e6"), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 1200, 800), fill="#2f6f8f")
    pen.polygon(((430, 640), (1200, 520), (1200, 800), (300, 800)), fill="#6b7f4f")
    pen.polygon(((720, 580), (860, 580), (830, 220), (750, 220)), fill="#f4f1ea")
    for top in (300, 440):
        pen.rectangle((738 - (top - 300) // 10, top, 842 + (top - 300) // 10, top + 60), fill="#b8402f")
    pen.rectangle((744, 150, 836, 220), fill="#f2c14e")
    pen.polygon(((730, 150), (850, 150), (790, 90)), fill="#b8402f")
    picture.save(file, kind)
    return file.getvalue()
