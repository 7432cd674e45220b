"""Sheets for an archive folder: page numbers to lay over existing pages, and pictures placed on A4."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from PIL import Image, ImageOps

from yichuang.documents.faces import Faces
from yichuang.documents.typesetting import Clean, typeset

_DPI = 150
_A4 = (1240, 1754)  # 210 x 297 mm at 150 dots an inch
_MARGIN = 90
_WHITE = (255, 255, 255)
# A PDF made by Pillow bears the time of making; a fixed one keeps the same picture the same bytes.
_MADE = datetime(2000, 1, 1, tzinfo=UTC).timetuple()


@dataclass(frozen=True, slots=True)
class Folio:
    """What is printed on one page of a folder: its number at the right, a caption at the left; sizes in points."""

    number: int
    caption: str
    width: float
    height: float


def render_folios(folios: tuple[Folio, ...], *, faces: Faces | None = None) -> bytes:
    """Return one transparent sheet for each folio; raises ChineseFontMissing, TypesettingFailed."""

    def content(clean: Clean) -> dict[str, object]:
        return {
            "folios": [
                {"number": str(f.number), "caption": clean(f.caption), "width": f.width, "height": f.height}
                for f in folios
            ]
        }

    return typeset("folio.typ", content, faces=faces)


def picture_page(data: bytes) -> bytes:
    """Return a picture as one A4 page, upright or across as the picture lies; raises OSError for no picture.

    The picture is turned as its camera says, laid on white, and not made larger than it is at 75 dots an inch.
    """
    with Image.open(BytesIO(data)) as source:
        source.draft("RGB", (_A4[1], _A4[1]))
        picture = ImageOps.exif_transpose(source)
        across = picture.width > picture.height
        sheet = Image.new("RGB", (_A4[1], _A4[0]) if across else _A4, _WHITE)
        room = (sheet.width - 2 * _MARGIN, sheet.height - 2 * _MARGIN)
        scale = min(room[0] / picture.width, room[1] / picture.height, 2.0)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        resized = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
        place = ((sheet.width - size[0]) // 2, (sheet.height - size[1]) // 2)
        sheet.paste(resized, place, mask=resized.getchannel("A"))
    out = BytesIO()
    sheet.save(out, "PDF", resolution=_DPI, quality=85, creationDate=_MADE, modDate=_MADE)
    return out.getvalue()
