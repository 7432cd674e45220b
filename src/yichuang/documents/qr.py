"""QR codes as SVG, for pages and for paper."""

from io import BytesIO

import segno


def qr_svg(text: str, *, border: int = 2) -> str:
    """Return the QR code of a text as an SVG element without a size of its own (ISO/IEC 18004, level M).

    `border` is the quiet zone in modules; four are the standard's, two suffice where white paper surrounds it.
    """
    out = BytesIO()
    # Level M is kept even where Q would fit: the same text always gives the same picture and the largest modules.
    segno.make(text, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=border, omitsize=True, xmldecl=False, svgclass=None, lineclass=None, nl=False
    )
    return out.getvalue().decode()
