"""What the other contexts may see of papers: their kinds, rows, proofs and refusals."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class PaperKind(StrEnum):
    """The documents of a case: the eleven of a one-window standard's annex, and two commitments."""

    RECEIPT = "receipt"
    MOVEMENT = "movement"
    ACCEPTANCE = "acceptance"
    SUPPLEMENT = "supplement"
    NON_ACCEPTANCE = "non-acceptance"
    SPECIAL_PROCEDURE = "special-procedure"
    EXTENSION = "extension"
    GRANT = "grant"
    REFUSAL = "refusal"
    DELIVERY = "delivery"
    FEE = "fee"
    COMMITMENT = "commitment"
    TOLERANCE = "tolerance"

    @property
    def label(self) -> str:
        """Name the kind for people (a message id)."""
        return _LABELS[self.value]

    @property
    def letters(self) -> str:
        """Give the two letters of the kind in a proof code: the initials of its Chinese name."""
        return _LETTERS[self.value]

    @classmethod
    def of_letters(cls, letters: str) -> "PaperKind | None":
        """Return the kind of two letters, or None."""
        return next((kind for kind in cls if kind.letters == letters), None)


_LABELS = {
    "receipt": N_("接收回执"),
    "movement": N_("物料流转凭证"),
    "acceptance": N_("受理回执"),
    "supplement": N_("申请材料补正告知书"),
    "non-acceptance": N_("不予受理通知书"),
    "special-procedure": N_("特殊程序审查期限告知书"),
    "extension": N_("延长办理期限通知书"),
    "grant": N_("批准决定书"),
    "refusal": N_("不予批准决定书"),
    "delivery": N_("送达回执"),
    "fee": N_("缴费通知书"),
    "commitment": N_("告知承诺书"),
    "tolerance": N_("容缺受理承诺书"),
}
_LETTERS = {
    "receipt": "JS",
    "movement": "WL",
    "acceptance": "SL",
    "supplement": "BZ",
    "non-acceptance": "BS",
    "special-procedure": "TS",
    "extension": "YC",
    "grant": "PZ",
    "refusal": "BP",
    "delivery": "SD",
    "fee": "JF",
    "commitment": "CN",
    "tolerance": "RQ",
}


class PaperNotFound(Refusal):
    """The case has no such paper at this place of its history."""

    sentence = N_("办件{number}在第{seq}个事件处没有“{kind}”")
    remedy = N_("请从办件的文书列表中打开")


class PaperNotProven(Refusal):
    """A proof code that the ledger does not bear out; unknown and altered are not told apart."""

    sentence = N_("未查到与核验码相符的文书，该文书不能证明为真")
    remedy = N_("请逐字核对文书上印的核验码；仍不相符的，请向作出文书的机关查询")


class ArchiveFormUnknown(Refusal):
    """An archive folder comes as ZIP or as PDF."""

    sentence = N_("没有“{form}”形式的归档文件")
    remedy = N_("请选择 zip 或 pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper of a case: which event it tells of, its number (may be ""), its day and its proof code."""

    kind: PaperKind
    title: str
    seq: int
    number: str
    dated_on: date
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperProof:
    """What anybody may read about a paper or certificate whose proof code he holds.

    `kind` is a PaperKind's value, "certificate" or "letter"; `holder` is masked; `lines` are (marked label, text);
    `standing` is False where the paper is true but no longer holds (a certificate revoked or run out).
    """

    kind: str
    title: str
    number: str
    organisation: str
    case_number: str
    item: str
    holder: str
    dated_on: date
    lines: tuple[tuple[str, str], ...] = ()
    standing: bool = True
