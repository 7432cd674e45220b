"""What the other contexts may see of certificates: rows, proofs, and how each refusal is worded.

Stands between the register of certificates and everybody who shows, checks or reuses one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yichuang.kernel.masking import DocumentKind, mask_identifier, mask_name
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

COMPANY = "001"
_KINDS = {"111": DocumentKind.RESIDENT_NUMBER, COMPANY: DocumentKind.USCC, "414": DocumentKind.PASSPORT}


class CertificateKind(StrEnum):
    """What a result is set as: a framed certificate, or a letter of approval."""

    CERTIFICATE = "certificate"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """Name the kind for people (a message id)."""
        return {"certificate": N_("证照"), "letter": N_("批准文件")}[self.value]


class CertificateStatus(StrEnum):
    """Whether a certificate stands; that its time has run out is a question of the day, not a status."""

    VALID = "valid"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """Name the status for people (a message id)."""
        return {"valid": N_("有效"), "revoked": N_("已撤销")}[self.value]


class CertificateNotFound(Refusal):
    """No certificate bears this number."""

    sentence = N_("没有编号为“{number}”的证照")
    remedy = N_("请核对证照编号，年份应写在六角括号〔〕内")


class CertificateNotProven(Refusal):
    """A proof code that the register does not bear out; unknown and altered are not told apart."""

    sentence = N_("未查到与核验码相符的证照，该证照不能证明为真")
    remedy = N_("请逐字核对证照上印的核验码；仍不相符的，请向发证机关查询")


class AlreadyRevoked(Refusal):
    """The certificate has been revoked before."""

    sentence = N_("证照{number}已于{on}撤销")
    remedy = N_("撤销只作一次；如撤销有误，请重新作出许可决定并另行制证")
    citation = N_("行政许可法第六十九条")


class RevocationWithoutReason(Refusal):
    """A revocation must say why."""

    sentence = N_("撤销证照{number}没有写明理由")
    remedy = N_("请写明撤销的事实和依据")
    citation = N_("行政许可法第六十九条")


class ValidityReversed(Refusal):
    """A certificate would end before it begins."""

    sentence = N_("证照“{name}”的有效期止日{valid_until}早于起日{valid_from}")
    remedy = N_("请核对有效期；长期有效的不填止日")


class CertificateIncomplete(Refusal):
    """Something that every certificate states is empty."""

    sentence = N_("证照缺少“{field}”")
    remedy = N_("请补上后再制证")
    citation = "GB/T 36903"


class CertificateTooLong(Refusal):
    """A text does not fit into its place on the certificate."""

    sentence = N_("证照的“{field}”有{found}字，最多{limit}字")
    remedy = N_("请缩短该项内容，较长的内容可另附批准文件")


class DocumentKindUnknown(Refusal):
    """There is no numbering for this kind of document."""

    sentence = N_("没有种类为“{kind}”的文书编号")
    remedy = N_("请在文书编号的数据文件中登记该种文书的字头")


class TooManyCertificateNames(Refusal):
    """One organisation issues more kinds of certificates than the identifier can tell apart."""

    sentence = N_("{sign}发放的证照种类已达{limit}种，电子证照标识容纳不下")
    remedy = N_("请核对证照名称是否被误写成多种")
    citation = "GB/T 36904"


def mask_holder_name(*, name: str, id_type: str) -> str:
    """Return a holder's name as the public may read it: persons masked, companies whole."""
    return mask_name(name, is_company=id_type == COMPANY)


def mask_holder_id(*, number: str, id_type: str) -> str:
    """Return a holder's number masked after its kind; codes of organisations are public and stay whole."""
    return mask_identifier(_KINDS.get(id_type, DocumentKind.OTHER), number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    """One certificate or letter as it stands in the register; holds personal data."""

    number: str
    identifier: str
    kind: CertificateKind
    name: str
    case_number: str
    organisation: str
    organisation_name: str
    division: str
    item: str
    holder_name: str
    holder_id_type: str
    holder_id: str
    statements: tuple[tuple[str, str], ...]
    valid_from: date
    valid_until: date | None
    issued_on: date
    issued_by: str
    status: CertificateStatus
    digest: str
    revoked_at: datetime | None = None
    revoked_reason: str = ""
    revoked_by: str = ""

    @property
    def code(self) -> str:
        """Give the proof code printed on it: identifier and the first 16 digits of the digest of its content."""
        return f"{self.identifier}-{self.digest[:16]}"

    def is_in_force(self, on: date) -> bool:
        """Return whether the certificate may be relied on that day: begun, not ended, not revoked."""
        begun = self.valid_from <= on
        return begun and self.status is CertificateStatus.VALID and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateProof:
    """What anybody may read about a certificate whose proof code he holds; the holder is masked."""

    number: str
    identifier: str
    kind: CertificateKind
    name: str
    organisation_name: str
    holder: str
    holder_id: str
    valid_from: date
    valid_until: date | None
    issued_on: date
    status: CertificateStatus
    in_force: bool
    revoked_on: date | None
    revoked_reason: str
