"""Writes the pages of the documentation that are made from code; `--check` only says which are out of date.

Each generator returns a whole page. A page that is not what the code says today fails the tests, so
that nobody reads an old truth.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from yichuang.kernel.refusal import Refusal

if TYPE_CHECKING:
    from yichuang.supervision.domain.rule import Rule
    from yichuang.supervision.domain.words import Scheme

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "docs" / "generated"
HEAD = "<!-- Made by `make docs` from the code; edit the code instead. -->\n\n"


def lifecycle() -> str:
    """The life of a case, as a diagram and the table it is drawn from."""
    from yichuang.cases.domain.lifecycle import diagram

    title = "# The life of a case 办件的一生\n\nPrinted from `cases/domain/lifecycle.py`."
    return f"{title}\n\n```mermaid\n{diagram().strip()}\n```\n"


def cards() -> str:
    """The life of a supervision card, as a diagram and the table it is drawn from."""
    from yichuang.supervision.domain.cards import diagram

    title = "# The life of a supervision card 监察卡的一生\n\nPrinted from `supervision/domain/cards.py`."
    return f"{title}\n\n```mermaid\n{diagram().strip()}\n```\n"


def refusals() -> str:
    """All ways in which the platform says no."""
    import_everything()
    lines = [
        "# Refusals 拒绝与提示",
        "",
        "Every way in which the platform says no: what it says, what to do next, on what it rests.",
        "",
        "| code | 说明 | 处理办法 | 依据 |",
        "|---|---|---|---|",
    ]
    for kind in sorted(set(every_refusal()), key=lambda kind: (kind.__module__, kind.__name__)):
        context = kind.__module__.split(".")[1]
        cells = (f"{context}.{kind.__name__}", kind.sentence, kind.remedy, kind.citation)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def every_refusal() -> Iterator[type[Refusal]]:
    """Yield every class of refusal that the package itself defines."""
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not Refusal and kind.__module__.startswith("yichuang."):
            yield kind


def import_everything() -> None:
    """Import every module of the package, so that every class is known."""
    import yichuang

    for module in pkgutil.walk_packages(yichuang.__path__, "yichuang."):
        if ".migrations" not in module.name and not module.name.endswith(".wsgi"):
            importlib.import_module(module.name)


def figures() -> str:
    """All figures: what each means and how it follows from the sums."""
    from yichuang.cases.selection import MEASURES
    from yichuang.reporting.domain.figures import DEFINITIONS, Definition

    units = {"count": "件", "rate": "%", "days": "工作日"}

    def formula(one: Definition) -> str:
        above = f"({one.numerator} − {one.less})" if one.less else one.numerator
        return f"{above} ÷ {one.denominator}" if one.denominator else above

    lines = [
        "# Figures 统计指标",
        "",
        "What each published number means. A ratio over nothing is “—”, never 0 or 100%. The measure selects exactly",
        "the cases of the numerator (of the mean and the speed-ups: the cases summed over).",
        "",
        "| 指标 | figure | 口径说明 | 公式 | 单位 | measure |",
        "|---|---|---|---|---|---|",
    ]
    for one in DEFINITIONS.values():
        cells = (one.label, f"`{one.key}`", one.text, f"`{formula(one)}`", units[one.unit], f"`{one.measure}`")
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "## Measures 统计口径",
        "",
        "Which cases a measure selects: the day that is held against the period, and the condition on a row of facts.",
        "",
        "| measure | day | condition |",
        "|---|---|---|",
    ]
    lines += [f"| `{name}` | `{one.day}` | `{one.condition}` |" for name, one in MEASURES.items()]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """All commands of the platform by context."""
    from yichuang.config.cli import list_commands

    return f"# Commands 命令\n\nWhat `yichuang` alone prints.\n\n```\n{list_commands()}\n```\n"


def rules() -> str:
    """All rules of supervision: what each looks for, on which authority, with which card."""
    from yichuang.supervision.domain.rule import RuleClass
    from yichuang.supervision.rulebook import PACKAGED, load_rules

    every = load_rules(PACKAGED).rules
    lines = [
        "# Supervision rules 监察规则",
        "",
        f"The {len(every)} rules that are shipped, by class, from `supervision/law/rules/`.",
        "A city's own folder (`YICHUANG_RULES_DIR`) replaces or adds. Card A, card B: what a rule gives under the",
        "two schemes; “疑点” is a finding without a card, “—” means that the rule is not applied under that scheme.",
        "Mark V: read in the source; C: computed from it; K: a default that awaits a check.",
        "How a rule is written: [docs/rules.md](../rules.md).",
    ]
    for kind in RuleClass:
        own = [rule for rule in every if rule.rule_class is kind]
        if own:
            lines += ["", f"## {kind.label} {kind.value}", ""]
            lines += ["| 规则 rule | 对象 relation | card A | card B | 依据 citation | |", "|---|---|---|---|---|---|"]
            lines += [_rule_line(rule) for rule in own]
    for rule in every:
        lines += ["", *_rule_block(rule)]
    return "\n".join(lines) + "\n"


def _rule_line(rule: "Rule") -> str:
    from yichuang.supervision.domain.words import Scheme

    title = f"[{rule.title.zh}](#{rule.id})<br>{rule.title.en}"
    cells = (title, f"`{rule.relation_name}`", *(_card(rule, one) for one in Scheme), rule.citation, rule.mark.value)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _card(rule: "Rule", scheme: "Scheme") -> str:
    if not rule.applies(scheme):
        return "—"
    colour = rule.colour(scheme)
    return colour.label if colour else "疑点"


def _rule_block(rule: "Rule") -> list[str]:
    until = f" until {rule.until}" if rule.until else ""
    lines = [f"### {rule.id}", "", f"{rule.title.zh} · {rule.title.en}", ""]
    lines += [rule.explanation.zh, "", rule.explanation.en, ""]
    lines += ["```sql", rule.condition.text, "```", ""]
    lines += [
        f"- day of the breach: `{rule.occurred.text}`",
        f"- evidence: {', '.join(f'`{one}`' for one in rule.evidence)}",
    ]
    lines += [f"- in force from {rule.from_on}{until}, by `{rule.anchor or 'today_wd'}`; level {rule.level.value}"]
    for parameter in rule.parameters:
        for value in parameter.values:
            told = f"`:{parameter.name}` = {value.value} {parameter.unit.value} from {value.from_on}"
            lines.append(f"- {told}: {value.citation} ({value.mark})")
    return lines


def relations() -> str:
    """All relations that rules ask about, column by column."""
    from yichuang.supervision.domain.relations import RELATIONS, DayReference

    lines = [
        "# Relations 事实关系",
        "",
        "What the condition of a supervision rule may ask about. A row in which nobody is at fault is what a worked",
        "example starts from. `day` is a working-day ordinal, `instant` seconds since 1970, `fen` hundredths of yuan;",
        "“?” may be empty.",
    ]
    for relation in RELATIONS.values():
        lines += ["", f"## {relation.name} {relation.zh}", ""]
        if relation.starts:
            lines += [f"Other blameless rows: {', '.join(f'`start: {start}`' for start in relation.starts)}.", ""]
        lines += ["| column | | 名称 | name | blameless |", "|---|---|---|---|---|"]
        for column in relation.columns.values():
            kind = column.unit.value + ("?" if column.nullable else "")
            usual = column.default
            shown = f"@{usual.at:%Y-%m-%dT%H:%M}" if isinstance(usual, DayReference) else repr(usual)
            lines.append(f"| `{column.name}` | {kind} | {column.zh} | {column.en} | `{shown}` |")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "cards.md": cards,
    "lifecycle.md": lifecycle,
    "refusals.md": refusals,
    "commands.md": commands,
    "figures.md": figures,
    "rules.md": rules,
    "relations.md": relations,
}


def find_outdated() -> dict[Path, str]:
    """Return the pages that differ from what the code says, with their new text."""
    fresh = {GENERATED / name: HEAD + make() for name, make in PAGES.items()}
    return {path: text for path, text in fresh.items() if not path.exists() or path.read_text() != text}


def main() -> int:
    """Write what is out of date; with --check write nothing and return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    import django

    django.setup()
    outdated = find_outdated()
    for path, text in outdated.items():
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return 1 if check and outdated else 0


if __name__ == "__main__":
    sys.exit(main())
