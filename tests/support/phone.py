"""What a phone reads from the codes on a picture or a page of paper, with a reader that isn't the writer."""

from io import BytesIO

import zxingcpp
from PIL import Image


def scanned(picture: bytes | Image.Image) -> list[str]:
    """The texts of the QR codes on a picture."""
    image = Image.open(BytesIO(picture)) if isinstance(picture, bytes) else picture
    return [code.text for code in zxingcpp.read_barcodes(image.convert("RGB"))]


def scanned_paper(pdf: bytes) -> list[str]:
    """The texts of the QR codes on a document, printed with 150 dots an inch."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return [text for page in pages for text in scanned(page.render(scale=150 / 72).to_pil())]
