"""The bulletin of 2015 as a notice, for the tests of all formats."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from yichuang.documents.notice import Block, DocumentNumber, Figure, Heading, OfficialNotice, Paragraph, Text

TEXT = Path(__file__).with_name("bulletin_2015h1.txt")
_FIGURE = re.compile(r"(\d[\d.]*(?:万件|%|项))")


def paragraph(line: str) -> Paragraph:
    lead, _, rest = line.removeprefix("**").rpartition("**") if line.startswith("**") else ("", "", line)
    parts = [
        Figure(f"figure-{part}", part) if _FIGURE.fullmatch(part) else Text(part)
        for part in _FIGURE.split(rest)
        if part
    ]
    return Paragraph((*((Text(lead, strong=True),) if lead else ()), *parts))


def bulletin_body() -> tuple[Block, ...]:
    lines = TEXT.read_text(encoding="utf-8").splitlines()
    return tuple(Heading(1, line[2:]) if line.startswith("# ") else paragraph(line) for line in lines)


def bulletin(**changes: Any) -> OfficialNotice:
    notice = OfficialNotice(
        issuing_authority="安康市人民政府办公室文件",
        document_number=DocumentNumber(agency_code="安政办发", year=2015, serial=69),
        title="安康市人民政府办公室关于2015年上半年全市政务服务工作情况的通报",
        addressees="各县区人民政府，市政府各工作部门、各直属机构",
        body=bulletin_body(),
        signature="安康市人民政府办公室",
        dated_on=date(2015, 7, 23),
        copies_to=(
            "市委办公室，市人大常委会办公室，市政协办公室，市纪委办公室，安康军分区。",
            "市中级法院、检察院，各人民团体，各新闻单位。",
            "中、省驻安各单位",
        ),
        printed_by="安康市人民政府办公室",
        printed_on=date(2015, 7, 23),
    )
    return replace(notice, **changes)
