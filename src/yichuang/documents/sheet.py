"""The notice as the plain data that the typesetting template reads.

Stands between the value and the template: every word passes `clean` once, every rule of wording is applied
here, so that the template only places things.
"""

from collections.abc import Callable
from typing import Any

from yichuang.documents.notice import Block, Chart, Figure, Heading, OfficialNotice, Paragraph, Run
from yichuang.documents.wording import (
    addressees_line,
    attachment_lines,
    chinese_date,
    copies_lines,
    labelled,
    metadata_title,
    note_line,
    tail_layout,
    title_lines,
)

DRAFT_MARK = "草稿"


def sheet(notice: OfficialNotice, *, clean: Callable[[str], str]) -> dict[str, Any]:
    """Return the content of the notice as JSON-ready data, each text passed through `clean`."""
    body = [_block(block, label, clean) for block, label in labelled(notice.body)]
    return {
        "title": clean(metadata_title(notice)),
        "title_lines": [clean(line) for line in title_lines(notice.title)],
        "author": clean(notice.signature),
        "dated": [notice.dated_on.year, notice.dated_on.month, notice.dated_on.day],
        "copy_number": f"{notice.copy_number:06d}" if notice.copy_number is not None else "",
        "secrecy": clean(notice.secrecy),
        "urgency": clean(notice.urgency),
        "authority": clean(notice.issuing_authority),
        "number": clean(str(notice.document_number)),
        "addressees": clean(addressees_line(notice.addressees)),
        "body": body,
        "attachments": [[label, clean(name)] for label, name in attachment_lines(notice.attachments)],
        "signature": clean(notice.signature),
        "date": chinese_date(notice.dated_on),
        "tail": {
            "sealed": notice.sealed,
            "blank": tail_layout(notice).blank,
            "hooked": bool(notice.attachments) or body[-1]["kind"] == "paragraph",
        },
        "note": clean(note_line(notice.note)),
        "copies": [clean(line) for line in copies_lines(notice.copies_to)],
        "printed_by": clean(notice.printed_by),
        "printed_on": f"{chinese_date(notice.printed_on or notice.dated_on)}印发",
        "watermark": DRAFT_MARK if notice.draft else "",
    }


def _block(block: Block, label: str, clean: Callable[[str], str]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": label + clean(block.text)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "runs": [run_of(run, clean) for run in block.runs]}
    if isinstance(block, Chart):
        return {"kind": "chart", "svg": block.svg, "alt": clean(block.alt), "caption": clean(block.caption)}
    rows = [[clean(cell.display if isinstance(cell, Figure) else cell) for cell in row] for row in block.rows]
    return {
        "kind": "table",
        "caption": clean(block.caption),
        "widths": list(block.widths) or [1] * len(block.header),
        "header": [clean(cell) for cell in block.header],
        "rows": rows,
    }


def run_of(run: Run, clean: Callable[[str], str]) -> dict[str, Any]:
    return {"text": clean(run.display if isinstance(run, Figure) else run.text), "strong": run.strong}
