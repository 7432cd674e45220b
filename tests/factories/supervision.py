"""Supervision: a few rules of a test's own in place of the shipped ones, and who may see what."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from yichuang.accounts.values import Area, Scope
from yichuang.kernel.actor import Actor
from yichuang.supervision import rulebook

EVERYWHERE = Scope(action="supervision.view", areas=(Area(),))
SUPERVISOR = Actor(id="supervisor-1", name="李监察", division="610900")

_FORM = """id: {id}
title: {{zh: {id}规则, en: Rule {id}}}
explanation: {{zh: 试验用。, en: For tests.}}
class: {rule_class}
relation: cases
cards: {cards}
level: department
citation: 试验
mark: K
in_force: {{from: 2004-07-01, until: null}}
condition: {condition}
occurred: {occurred}
evidence: [accepted_wd, promised_due_wd]
examples:
  - {{name: {{zh: 是, en: yes}}, on: {on}, row: {{{found}}}, found: true}}
  - {{name: {{zh: 否, en: no}}, on: {on}, row: {{{missed}}}, found: false}}
"""
_OPEN = "counted AND ended_wd IS NULL AND accepted_wd IS NOT NULL"


def rule_text(
    name: str,
    *,
    condition: str = f"{_OPEN} AND promised_due_wd < :today_wd",
    occurred: str = "promised_due_wd + 1",
    cards: str = "{A: red}",
    rule_class: str = "timeliness",
    on: str = "2015-03-17",
    found: str = "",
    missed: str = "counted: false",
) -> str:
    """Return the file of a rule; without more it finds what is open past its promise."""
    return _FORM.format(
        id=name, condition=condition, occurred=occurred, cards=cards, rule_class=rule_class, on=on, found=found,
        missed=missed,
    )  # fmt: skip


NEAR = rule_text(
    "near",
    condition=f"{_OPEN} AND promised_due_wd >= :today_wd AND promised_due_wd - :today_wd <= 2",
    occurred="promised_due_wd - 2",
    cards="{A: yellow}",
    on="2015-03-16",
)
OVER = rule_text("over")
ENDED_LATE = rule_text(
    "ended-late",
    condition="counted AND late_promised",
    occurred="COALESCE(ended_wd, received_wd)",
    cards="{}",
    found="late_promised: true",
    missed="late_promised: false",
)


class Rules:
    """A folder of rules that is the whole set in force while a test runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, **texts: str) -> None:
        """Write rules by id (underscores for hyphens) and have them looked at anew."""
        for name, text in texts.items():
            (self.folder / f"{name.replace('_', '-')}.yaml").write_text(text)
        self.look()

    def remove(self, name: str) -> None:
        """Take a rule away."""
        (self.folder / f"{name}.yaml").unlink()
        self.look()

    @staticmethod
    def look() -> None:
        """Let the next question look at the folder, as it would a second later."""
        rulebook._watched.looked = 0.0


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rules]:
    """Let three rules be in force: near its promise (yellow), over it (red), ended late (no card)."""
    folder = tmp_path / "rules"
    folder.mkdir()
    monkeypatch.setattr(rulebook, "PACKAGED", folder)
    monkeypatch.delenv("YICHUANG_RULES_DIR", raising=False)
    rulebook.forget_rules()
    laid = Rules(folder)
    laid.write(near=NEAR, over=OVER, ended_late=ENDED_LATE)
    yield laid
    rulebook.forget_rules()
