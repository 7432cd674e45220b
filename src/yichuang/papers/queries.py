"""The door for papers: list, print, prove, and put into the archive folder; permission is the caller's question."""

from datetime import date
from io import BytesIO
from typing import IO

from yichuang.calendar.values import local_day
from yichuang.cases import queries as cases
from yichuang.cases.values import ActLine
from yichuang.certificates.queries import verify_certificate
from yichuang.certificates.values import CertificateNotProven, CertificateProof
from yichuang.documents import render_letter
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.papers import archive
from yichuang.papers.domain.composing import Occasion, code_of, compose, number_of, occasions, parse_code
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.remedies import remedies_text
from yichuang.papers.gathering import gather, reviewers
from yichuang.papers.values import ArchiveFormUnknown, PaperKind, PaperNotFound, PaperNotProven, PaperProof, PaperRow
from yichuang.regions.queries import find_organisation
from yichuang.regions.values import OrganisationNotKnown

__all__ = [
    "build_archive",
    "list_papers",
    "list_papers_of",
    "render_paper",
    "suggest_remedies",
    "verify_paper",
    "write_archive",
]

_CERTIFICATE_PREFIX = "1.2.156."


def list_papers(number: str) -> tuple[PaperRow, ...]:
    """Return every paper that a case has given rise to, in the order of its events; raises CaseNotFound."""
    return list_papers_of(number, acts=cases.list_acts(number))


def list_papers_of(number: str, *, acts: tuple[ActLine, ...]) -> tuple[PaperRow, ...]:
    """Return the same of a case whose events have been read already."""
    return tuple(_row(number, occasion) for occasion in occasions(acts))


def _row(number: str, occasion: Occasion) -> PaperRow:
    return PaperRow(
        kind=occasion.kind,
        title=occasion.kind.label,
        seq=occasion.line.seq,
        number=number_of(occasion),
        dated_on=local_day(occasion.line.at),
        code=code_of(number, occasion),
    )


def render_paper(*, number: str, kind: str, seq: int, site: str = "") -> bytes:
    """Return one paper as PDF/A-2b, the same bytes each time.

    `site` is the address before `/verify/...` in the QR code. Raises CaseNotFound, PaperNotFound.
    """
    dossier = gather(number)
    found = next((o for o in occasions(dossier.acts) if o.line.seq == seq and o.kind.value == kind), None)
    if found is None:
        label = next((known.label for known in PaperKind if known.value == kind), kind)
        raise PaperNotFound(number=number, kind=label, seq=seq)
    return render_letter(compose(dossier, found, site=site))


def verify_paper(code: str, *, on: date) -> PaperProof:
    """Return what the public may read of the paper or certificate whose proof code this is.

    The case's whole chain is recomputed first: a ledger with a broken link proves nothing. `on` is the day for
    which a certificate's validity is asked. Raises PaperNotProven, for whatever reason, in the same words.
    """
    if code.strip().startswith(_CERTIFICATE_PREFIX):
        try:
            return _certificate_proof(verify_certificate(code, on=on))
        except CertificateNotProven as refusal:
            raise PaperNotProven() from refusal
    parts = parse_code(code)
    if parts is None:
        raise PaperNotProven()
    number, seq, kind, digest = parts
    try:
        dossier = gather(number)
    except Refusal as refusal:
        raise PaperNotProven() from refusal
    found = next((o for o in occasions(dossier.acts) if o.line.seq == seq and o.kind is kind), None)
    if found is None or dossier.chain_faults or not found.line.digest.startswith(digest):
        raise PaperNotProven()
    return _paper_proof(dossier, found)


def _paper_proof(dossier: Dossier, found: Occasion) -> PaperProof:
    return PaperProof(
        kind=found.kind.value,
        title=found.kind.label,
        number=number_of(found),
        organisation=dossier.organisation_name,
        case_number=dossier.number,
        item=dossier.item_name,
        holder=dossier.applicant.name_masked if dossier.applicant else "",
        dated_on=local_day(found.line.at),
        standing=not dossier.voided,
    )


def _certificate_proof(proof: CertificateProof) -> PaperProof:
    lines = [(N_("电子证照标识"), proof.identifier), (N_("证件号码"), proof.holder_id)]
    lines.append((N_("有效期起"), proof.valid_from.isoformat()))
    if proof.valid_until:
        lines.append((N_("有效期至"), proof.valid_until.isoformat()))
    if proof.revoked_on:
        lines += [(N_("撤销日期"), proof.revoked_on.isoformat()), (N_("撤销理由"), proof.revoked_reason)]
    return PaperProof(
        kind=proof.kind.value,
        title=proof.name,
        number=proof.number,
        organisation=proof.organisation_name,
        case_number="",
        item="",
        holder=proof.holder,
        dated_on=proof.issued_on,
        lines=tuple(lines),
        standing=proof.in_force,
    )


def suggest_remedies(*, organisation: str, on: date) -> str:
    """Return the sentence on review and suit for a refusal of this organisation, for the decider to check.

    Raises OrganisationNotKnown.
    """
    row = find_organisation(code=organisation)
    if row is None:
        raise OrganisationNotKnown(code=organisation)
    government, superior = reviewers(row, on=on)
    return remedies_text(department=row.department_key, government=government, superior=superior, paper="决定书", on=on)


def write_archive(number: str, *, form: str = "zip", into: IO[bytes], site: str = "") -> None:
    """Write the archive folder of a case into a binary file, the same bytes each time.

    `form` "pdf" is one document with table of contents, bookmarks and page numbers; "zip" holds it with the
    applicant's files beside. Raises CaseNotFound, ArchiveFormUnknown.
    """
    writers = {"pdf": archive.write_pdf, "zip": archive.write_zip}
    if form not in writers:
        raise ArchiveFormUnknown(form=form)
    writers[form](number, into, site=site)


def build_archive(number: str, *, form: str = "zip", site: str = "") -> bytes:
    """Return the archive folder of a case as bytes; `write_archive` spares the memory for large ones."""
    out = BytesIO()
    write_archive(number, form=form, into=out, site=site)
    return out.getvalue()
