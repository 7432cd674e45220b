"""Rules made for a test: the text of a file that is right, with what the test wants otherwise."""

from pathlib import Path
from textwrap import indent

from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.domain.rulefile import read_rule

TEXT = """\
id: {id}
title: {{zh: 超过承诺时限未办结, en: Promised period exceeded}}
explanation:
  zh: 该件超过承诺时限。
  en: The promised period has passed.
class: timeliness
relation: {relation}
cards: {{A: red, B: yellow}}
level: department
citation: 行政许可法第四十二条
mark: V
in_force: {{from: {from_on}, until: {until}}}
{parameters}anchor: {anchor}
condition: >-
{condition}
occurred: {occurred}
evidence: [{evidence}]
examples:
  - {{name: {{zh: 超过一日, en: one day over}}, on: 2015-03-17, row: {{}}, found: true}}
  - {{name: {{zh: 最后一日, en: the last day}}, on: 2015-03-16, row: {{}}, found: false}}
"""


def rule_text(
    *,
    id: str = "made-rule",
    relation: str = "cases",
    condition: str = "counted AND ended_wd IS NULL AND promised_due_wd < :today_wd",
    occurred: str = "promised_due_wd + 1",
    evidence: str = "promised_due_wd",
    anchor: str = "received_wd",
    parameters: str = "",
    from_on: str = "2004-07-01",
    until: str = "null",
) -> str:
    """Return the text of a rule's file."""
    return TEXT.format(
        id=id,
        relation=relation,
        condition=indent(condition, "  "),
        occurred=occurred,
        evidence=evidence,
        anchor=anchor,
        parameters=parameters,
        from_on=from_on,
        until=until,
    )


def made_rule(id: str = "made-rule", **changes: str) -> Rule:
    """Return a rule made for a test."""
    return read_rule(rule_text(id=id, **changes), file=f"{id}.yaml")


def write_rule(folder: Path, id: str = "made-rule", **changes: str) -> Path:
    """Write a rule's file into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{id}.yaml"
    path.write_text(rule_text(id=id, **changes), encoding="utf-8")
    return path
