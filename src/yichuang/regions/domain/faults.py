"""Faults of the data files: between a wrong cell and the person who must correct it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


def _same(text: str) -> str:
    return text


class CellRefused(Refusal):
    """Base of what can be wrong in a data file; never raised beyond this context, only listed."""


class FileMissing(CellRefused):
    """The folder lacks a file."""

    sentence = N_("缺少此文件")
    remedy = N_("请补齐文件；没有数据时也要有表头")


class FileUnreadable(CellRefused):
    """The bytes are no text in an encoding that is read."""

    sentence = N_("不是UTF-8或GB18030编码的CSV文本：{reason}")
    remedy = N_("请另存为UTF-8编码的CSV")


class ColumnMissing(CellRefused):
    """The head line lacks a column."""

    sentence = N_("缺少此列")
    remedy = N_("请在表头补上")


class ColumnUnknown(CellRefused):
    """The head line holds a column that nobody reads."""

    sentence = N_("不认识此列")
    remedy = N_("请核对列名是否写错；可用的列：{columns}")


class RowRagged(CellRefused):
    """A row has more or fewer cells than the head line."""

    sentence = N_("此行有{found}格，表头有{expected}格")
    remedy = N_("请检查逗号和引号")


class CellEmpty(CellRefused):
    """A cell that must be filled is empty."""

    sentence = N_("不能为空")


class CellTooLong(CellRefused):
    """A text does not fit its column."""

    sentence = N_("最长{limit}个字，实为{found}个")


class NotADate(CellRefused):
    """The text names no day."""

    sentence = N_("“{found}”不是日期")
    remedy = N_("请写成2015-06-30的形式")


class NotANumber(CellRefused):
    """The text is no positive number."""

    sentence = N_("“{found}”不是正数")


class NotAChoice(CellRefused):
    """The text is none of the words allowed here."""

    sentence = N_("“{found}”不在可用值之内")
    remedy = N_("可用值：{choices}")


class KeyRepeated(CellRefused):
    """Two rows carry the same unique value."""

    sentence = N_("“{found}”与第{row}行重复")


class KeyTaken(CellRefused):
    """A unique value belongs to a row that is kept though the file no longer holds it."""

    sentence = N_("“{found}”已属于{code}，该行虽不在文件中但仍保留")
    remedy = N_("请使用新的值，或把原来的行写回文件")


class ReferenceUnknown(CellRefused):
    """A cell points to a row that is not in the folder."""

    sentence = N_("{file}中没有“{found}”")
    remedy = N_("请先在{file}中登记")


class PeriodEmpty(CellRefused):
    """A row ends before it begins."""

    sentence = N_("截止日{until}不晚于起始日{start}")
    remedy = N_("截止日当天已不再有效，须晚于起始日")


class PeriodsOverlap(CellRefused):
    """Two rows that exclude each other are true on the same day."""

    sentence = N_("与{code}的有效期重叠")
    remedy = N_("请给较早的一行填写截止日")


class LevelMisplaced(CellRefused):
    """A division hangs under a level that cannot hold it."""

    sentence = N_("{level}不能隶属于“{parent}”")
    remedy = N_("县区和功能区隶属于市，镇隶属于县区或功能区")


class PartsDisagree(CellRefused):
    """A code does not agree with another cell of its row."""

    sentence = N_("“{found}”与本行的{other}“{expected}”不一致")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: in which file, at which line (1 is the head line, 0 the file itself), in which column."""

    file: str
    row: int
    column: str
    refusal: Refusal

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return file, place and reason as one line in the language of `translate`."""
        row = translate(N_("第{row}行")).format(row=self.row) if self.row else ""
        column = translate(N_("{column}列")).format(column=self.column) if self.column else ""
        place = " ".join(part for part in (self.file, row, column) if part)
        return f"{place}：{self.refusal.explain(translate)}"


class RegionDataFaulty(Refusal):
    """The folder has faults; nothing of it was loaded. `faults` holds every one."""

    sentence = N_("区划数据有{count}处错误，未载入任何一行")
    remedy = N_("请全部改正后重新载入")

    def __init__(self, *, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = tuple(faults)

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return the sentence, then every fault on a line of its own."""
        return "\n".join([super().explain(translate), *(fault.explain(translate) for fault in self.faults)])
