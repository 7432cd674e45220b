"""Certificates on paper: from a row of the register to a framed sheet, or to a letter of approval."""

from yichuang.certificates.values import (
    COMPANY,
    CertificateKind,
    CertificateRow,
    CertificateStatus,
    mask_holder_id,
)
from yichuang.documents import CertificateSheet, Facts, Letter, Paragraph, render_letter
from yichuang.documents import render_certificate as render_sheet
from yichuang.documents.wording import chinese_date

_HINT = "扫描二维码，或者在政务服务网站“文书核验”中输入核验码，可以核验真伪："
_REVOKED = "已撤销"
_NUMBERS = {COMPANY: "统一社会信用代码", "111": "身份证号码"}


def print_certificate(row: CertificateRow, *, site: str) -> bytes:
    """Return the PDF of a certificate or letter; a revoked one carries that word across the page."""
    if row.kind is CertificateKind.LETTER:
        return render_letter(letter_of(row, site=site))
    return render_sheet(
        CertificateSheet(
            title=row.name,
            number=row.number,
            identifier=row.identifier,
            statements=statements_of(row),
            issuer=row.organisation_name,
            issued_on=row.issued_on,
            qr_text=proof_text(row, site=site),
            proof=row.code,
            proof_hint=_HINT,
            watermark=_watermark(row),
        )
    )


def letter_of(row: CertificateRow, *, site: str) -> Letter:
    """Return the result as a letter of approval to its holder."""
    you = "你单位" if row.holder_id_type == COMPANY else "你"
    return Letter(
        organisation=row.organisation_name,
        title=row.name,
        number=row.number,
        addressee=row.holder_name,
        body=(
            Paragraph.of(f"{you}的申请（办件编号{row.case_number}）收悉。经审查，符合法定条件，现批准如下："),
            Facts(statements_of(row)),
            Paragraph.of("请按照批准的内容和期限办理。情况发生变化的，应当依法申请变更或者延续。"),
        ),
        signature=row.organisation_name,
        dated_on=row.issued_on,
        qr_text=proof_text(row, site=site),
        proof=row.code,
        proof_hint=_HINT,
        footer=f"电子证照标识 {row.identifier}",
        watermark=_watermark(row),
    )


def statements_of(row: CertificateRow) -> tuple[tuple[str, str], ...]:
    """Return what the certificate states, holder first and validity last; personal numbers are masked on paper too."""
    holder_id = mask_holder_id(number=row.holder_id, id_type=row.holder_id_type)
    return (
        ("持证主体" if row.kind is CertificateKind.CERTIFICATE else "申请人", row.holder_name),
        (_NUMBERS.get(row.holder_id_type, "证件号码"), holder_id),
        *row.statements,
        ("有效期限", validity_of(row)),
    )


def validity_of(row: CertificateRow) -> str:
    """Return 2015年3月10日至2016年3月9日, or that it has no end."""
    start = chinese_date(row.valid_from)
    return f"{start}至{chinese_date(row.valid_until)}" if row.valid_until else f"自{start}起长期有效"


def proof_text(row: CertificateRow, *, site: str) -> str:
    """Return what the QR code says: the address that checks the code, or the code where no site is known."""
    return f"{site.rstrip('/')}/verify/{row.code}/" if site else row.code


def _watermark(row: CertificateRow) -> str:
    return _REVOKED if row.status is CertificateStatus.REVOKED else ""
