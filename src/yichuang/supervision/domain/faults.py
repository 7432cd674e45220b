"""What is wrong with a file of rules, said to the person who has it open in an editor: where, what, why, what next."""

import copy
from collections.abc import Callable, Iterable

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


def _same(text: str) -> str:
    return text


class RuleFaulty(Refusal):
    """One place of a rule's file that cannot be read as a rule; `reason` may have placeholders of its own."""

    sentence = N_("规则文件{file}第{line}行第{column}列有误：{reason}")
    remedy = N_("请改正后用 yichuang rules check 核对；改正之前，原有规则继续有效")

    def __init__(self, *, file: str, line: int, reason: str, column: int = 1, **parts: object) -> None:
        super().__init__(file=file, line=line, reason=reason, column=column, **parts)
        self.file, self.line, self.column = file, line, column

    @property
    def place(self) -> str:
        """Return where it is, in the form that editors and terminals make a link of."""
        return f"{self.file}:{self.line}:{self.column}"

    def why(self, translate: Callable[[str], str] = _same) -> str:
        """Return the reason alone, with its parts filled in."""
        parts = {k: translate(v) if isinstance(v, str) and v else v for k, v in self.details.items()}
        return translate(str(self.details["reason"])).format_map(parts)

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return place, reason and remedy as one text in the language of `translate`."""
        shown = copy.copy(self)
        shown.details = {**self.details, "reason": self.why(translate)}
        return super(RuleFaulty, shown).explain(translate)


class RulesFaulty(Refusal):
    """Files of rules with at least one fault; `faults` are all of them, by file and line."""

    sentence = N_("规则文件共有{count}处错误")
    remedy = N_("请逐处改正后用 yichuang rules check 核对；改正之前，原有规则继续有效")

    def __init__(self, *, faults: Iterable[RuleFaulty], **_: object) -> None:
        found = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column)))
        super().__init__(faults=found, count=len(found))
        self.faults = found

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return every fault on a line of its own, after how many there are."""
        lines = [f"{fault.place} {fault.why(translate)}" for fault in self.faults]
        return "\n".join([super().explain(translate), *lines])
