"""Drawing: the picture of one file, made in a process of its own.

`python -m yichuang.cases.uploads.drawing KIND` reads the file from its input and writes a PNG. A file made to break,
to hang or to swallow its reader takes this process with it, and no page of the site.
"""

import io
import resource
import sys
from typing import IO

import pypdfium2
from PIL import Image, ImageOps

WIDTH, HEIGHT = 640, 900
MOST_SECONDS, MOST_BYTES = 15, 2 << 30
PDF = "pdf"


def draw(file: IO[bytes], *, kind: str) -> bytes:
    """Return a PNG of at most WIDTH x HEIGHT pixels of a picture (a kind of Pillow's) or of a PDF's first page."""
    picture = _first_page(file.read()) if kind == PDF else _thumbnail(file, kind)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _thumbnail(file: IO[bytes], kind: str) -> Image.Image:
    with Image.open(file, formats=[kind.upper()]) as picture:
        if kind == "jpeg":
            picture.draft("RGB", (WIDTH, HEIGHT))
        picture.thumbnail((WIDTH * 2, HEIGHT * 2))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((WIDTH, HEIGHT))
        # A new picture: no metadata, no place where the photo was taken.
        clean = Image.new("RGB", upright.size, "white")
        layer = upright.convert("RGBA")
        clean.paste(layer, mask=layer.getchannel("A"))
        return clean


def _first_page(data: bytes) -> Image.Image:
    page = pypdfium2.PdfDocument(data)[0]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise ValueError("a page without size")
    scale = min(WIDTH / width, HEIGHT / height)
    if width * scale < 1 or height * scale < 1:
        raise ValueError("a page too narrow to draw")
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    return drawn


def main() -> None:
    """Draw within limits of time and memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    Image.MAX_IMAGE_PIXELS = None  # judged when the file came in
    sys.stdout.buffer.write(draw(io.BytesIO(sys.stdin.buffer.read()), kind=sys.argv[1]))


if __name__ == "__main__":
    main()
