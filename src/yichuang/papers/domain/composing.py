"""From a case's events to its papers: which events give which papers, and each paper framed as a letter."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from yichuang.calendar.values import local_day
from yichuang.cases.values import ActLine, events
from yichuang.documents import Letter
from yichuang.papers.domain import course, intake, promises
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.words import Words
from yichuang.papers.values import PaperKind

_Composer = Callable[[Dossier, ActLine], Words]
_COMPOSERS: dict[PaperKind, _Composer] = {
    PaperKind.RECEIPT: intake.receipt,
    PaperKind.MOVEMENT: intake.movement,
    PaperKind.ACCEPTANCE: intake.acceptance,
    PaperKind.SUPPLEMENT: intake.supplement,
    PaperKind.NON_ACCEPTANCE: intake.non_acceptance,
    PaperKind.SPECIAL_PROCEDURE: course.special_procedure,
    PaperKind.EXTENSION: course.extension,
    PaperKind.GRANT: course.grant,
    PaperKind.REFUSAL: course.refusal,
    PaperKind.DELIVERY: course.delivery,
    PaperKind.FEE: course.fee,
    PaperKind.COMMITMENT: promises.commitment,
    PaperKind.TOLERANCE: promises.tolerance,
}
_OF_EVENT: dict[type[events.Event], PaperKind] = {
    events.ApplicationReceived: PaperKind.RECEIPT,
    events.MaterialsMoved: PaperKind.MOVEMENT,
    events.ApplicationAccepted: PaperKind.ACCEPTANCE,
    events.SupplementRequested: PaperKind.SUPPLEMENT,
    events.AcceptanceRefused: PaperKind.NON_ACCEPTANCE,
    events.SpecialProcedureStarted: PaperKind.SPECIAL_PROCEDURE,
    events.PeriodExtended: PaperKind.EXTENSION,
    events.ApplicationGranted: PaperKind.GRANT,
    events.ApplicationRefused: PaperKind.REFUSAL,
    events.ResultDelivered: PaperKind.DELIVERY,
    events.FeeCharged: PaperKind.FEE,
    events.ToleratedTaken: PaperKind.RECEIPT,
}
_HINT = "扫描二维码，或者在政务服务网站“文书核验”中输入核验码，可以核验本文书："
_CODE = re.compile(r"([0-9A-Z]{8,50})-(\d{1,6})-([A-Z]{2})-([0-9A-F]{16})")
_DASHES = re.compile("[‐‑‒–—―−]")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One paper that a case gives rise to."""

    kind: PaperKind
    line: ActLine


def occasions(acts: tuple[ActLine, ...]) -> Iterator[Occasion]:
    """Yield every paper of a case in the order of its events."""
    promised: set[str] = set()
    for line in acts:
        event = line.event
        if isinstance(event, events.MaterialsTaken):
            # What came in with the application stands on its receipt.
            if not _came_with_the_application(acts, line):
                yield Occasion(PaperKind.RECEIPT, line)
            names = promises.committed_in(line)
            promised |= set(names)
            if names:
                yield Occasion(PaperKind.COMMITMENT, line)
            continue
        kind = _OF_EVENT.get(type(event))
        if kind is not None:
            yield Occasion(kind, line)
        if isinstance(event, events.ApplicationAccepted):
            if set(event.committed) - promised:
                yield Occasion(PaperKind.COMMITMENT, line)
            if event.tolerated:
                yield Occasion(PaperKind.TOLERANCE, line)


def _came_with_the_application(acts: tuple[ActLine, ...], line: ActLine) -> bool:
    return all(
        earlier.at == line.at and isinstance(earlier.event, events.ApplicationReceived | events.MaterialsTaken)
        for earlier in acts[: acts.index(line)]
    )


def number_of(occasion: Occasion) -> str:
    """Return the document number of a paper, "" where its event carries none."""
    if occasion.kind in {PaperKind.COMMITMENT, PaperKind.TOLERANCE}:
        return ""
    event = occasion.line.event
    return str(getattr(event, "document_number", "") or getattr(event, "receipt_number", ""))


def code_of(number: str, occasion: Occasion) -> str:
    """Return the proof code: case, place of the event, kind, and the beginning of the event's hash."""
    return f"{number}-{occasion.line.seq}-{occasion.kind.letters}-{occasion.line.digest[:16]}"


def parse_code(text: str) -> tuple[str, int, PaperKind, str] | None:
    """Return the parts of a proof code as people type it (small letters, blanks, other dashes); None for no code."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    match = _CODE.fullmatch("".join(plain.split()).upper())
    kind = PaperKind.of_letters(match[3]) if match else None
    if match is None or kind is None:
        return None
    return match[1], int(match[2]), kind, match[4].lower()


def proof_text(code: str, *, site: str) -> str:
    """Return what the QR code says: the address that checks the code, or the code where no site is known."""
    return f"{site.rstrip('/')}/verify/{code}/" if site else code


def compose(d: Dossier, occasion: Occasion, *, site: str) -> Letter:
    """Return the letter of one paper."""
    words = _COMPOSERS[occasion.kind](d, occasion.line)
    code = code_of(d.number, occasion)
    organisation = words.organisation or d.organisation_name
    return Letter(
        organisation=organisation,
        title=occasion.kind.label,
        number=number_of(occasion),
        addressee=words.addressee,
        body=words.body,
        signature=organisation if words.signed else "",
        dated_on=local_day(occasion.line.at),
        seal_place=words.seal_place and words.signed,
        qr_text=proof_text(code, site=site),
        proof=code,
        proof_hint=_HINT,
        cut_off=words.cut_off,
        note=words.note,
        footer=f"办件编号 {d.number}",
    )
