"""Supplements: what an applicant hands in after the one notice of everything that was missing (art. 32 no. 4).

Handed in piece by piece, it is kept until everything asked for is there; only then does the case go on.
"""

from datetime import datetime

import msgspec
from django.db import transaction

from yichuang.cases.acting import lock_case, perform
from yichuang.cases.domain.acts import TakeMaterials, TakeSupplement
from yichuang.cases.domain.application import MaterialChoice, Supplement
from yichuang.cases.domain.belongings import together
from yichuang.cases.domain.completeness import NOTE_LENGTH, judge_choice
from yichuang.cases.domain.drafting import NotAskedFor, SupplementChanged, SupplementNotAwaited
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.domain.shapes import CaseState
from yichuang.cases.forms import owns
from yichuang.cases.models import Attachment
from yichuang.cases.models import Supplement as SupplementModel
from yichuang.cases.standing import get_state
from yichuang.cases.uploads.homes import Home
from yichuang.cases.uploads.shelf import attached_to
from yichuang.cases.values import CaseNotFound
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.refusal import Refusal

Files = dict[str, list[Attachment]]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[MaterialChoice, ...]).decode
# A promise is given with the application; what was asked for in writing has to come.
_ON_LINE, _AT_WINDOW = frozenset({"upload", "reuse"}), frozenset({"upload", "reuse", "bring"})


def get_supplement(*, number: str) -> Supplement:
    """Return what a notice asked for and what has come in of it; raises CaseNotFound. Ask the permission first."""
    state = get_state(number)
    stored = SupplementModel.objects.filter(case=state.case_id).first()
    choices = _decode(stored.content) if stored else ()
    waiting = state.status is Status.SUPPLEMENTING
    # Whoever reads need not be the one who may bring: the ways of both count.
    missing = _missing(state, choices, _untaken(state), ways=_AT_WINDOW) if waiting else ()
    return _told(state, choices if waiting else (), missing, stored.version if stored else 0)


def supplement(
    *,
    number: str,
    owner: str,
    choices: tuple[MaterialChoice, ...],
    by: Actor,
    at: datetime,
    now: datetime | None = None,
    expected_version: int | None = None,
) -> Supplement:
    """Hand in what a notice asked for; when all of it is there, the case is received anew.

    Files are uploaded before, to the case and under the material's name in the notice. What was handed in earlier
    stays unless `choices` names it again. An applicant must own the case. Raises CaseNotFound, SupplementNotAwaited,
    NotAskedFor, SupplementChanged.
    """
    with transaction.atomic():
        case_id, _ = lock_case(number)
        if by.kind is ActorKind.APPLICANT and not owns(number=number, owner=owner):
            raise CaseNotFound(number=number)
        state = get_state(number)
        if state.status is not Status.SUPPLEMENTING:
            raise SupplementNotAwaited(number=number)
        stored = SupplementModel.objects.filter(case=case_id).first()
        version = stored.version if stored else 0
        if expected_version is not None and expected_version != version:
            raise SupplementChanged(number=number)
        merged = _merged(state, _decode(stored.content) if stored else (), choices)
        files = _untaken(state)
        ways = _ON_LINE if by.kind is ActorKind.APPLICANT else _AT_WINDOW
        missing = _missing(state, merged, files, ways=ways)
        if not missing:
            _take(state, _with_files(merged, files), files, by=by, at=at, now=now or at)
            SupplementModel.objects.filter(case=case_id).delete()
        else:
            SupplementModel.objects.update_or_create(
                case_id=case_id,
                defaults={
                    "content": _encode(merged).decode(),
                    "version": version + 1,
                    "saved_at": at,
                    "saved_by": by.id,
                },
            )
    return _told(state, merged, missing, version + 1)


def _merged(
    state: CaseState, before: tuple[MaterialChoice, ...], choices: tuple[MaterialChoice, ...]
) -> tuple[MaterialChoice, ...]:
    merged = {choice.name: choice for choice in before}
    for choice in choices:
        if choice.name not in state.supplement_missing:
            raise NotAskedFor(name=choice.name)
        merged[choice.name] = msgspec.structs.replace(choice, note=choice.note[:NOTE_LENGTH])
    return tuple(merged[name] for name in state.supplement_missing if name in merged)


def _untaken(state: CaseState) -> Files:
    """Return the files of a case that no event names yet."""
    found = attached_to(Home(case=state.case_id))
    untaken = {name: [one for one in held if one.taken_at is None] for name, held in found.items()}
    return {name: held for name, held in untaken.items() if held}


def _with_files(choices: tuple[MaterialChoice, ...], files: Files) -> tuple[MaterialChoice, ...]:
    return tuple(
        msgspec.structs.replace(choice, attachments=tuple(one.key for one in files.get(choice.name, ())))
        for choice in choices
    )


def _missing(
    state: CaseState, choices: tuple[MaterialChoice, ...], files: Files, *, ways: frozenset[str]
) -> tuple[str, ...]:
    """Return what was asked for and is not there; a file that arrived counts even where no way was chosen."""
    there = {name for name in files if not any(choice.name == name for choice in choices)}
    for choice in _with_files(choices, files):
        try:
            judge_choice(choice, None, dict.fromkeys(choice.attachments, choice.name))
        except Refusal:
            continue
        if choice.way in ways:
            there.add(choice.name)
    return tuple(name for name in state.supplement_missing if name not in there)


def _take(
    state: CaseState, choices: tuple[MaterialChoice, ...], files: Files, *, by: Actor, at: datetime, now: datetime
) -> None:
    chosen = {choice.name: choice for choice in choices}
    entries = []
    for name in state.supplement_missing:
        choice = chosen.get(name, MaterialChoice(name=name, way="upload"))
        digest = together(one.digest for one in files.get(name, ()))
        entries.append(MaterialEntry(name=name, way=choice.way, copies=choice.copies, digest=digest))
    perform(number=state.number, act=TakeMaterials(entries=tuple(entries)), by=by, at=at, now=now)
    perform(number=state.number, act=TakeSupplement(), by=by, at=at, now=now)
    keys = [one.pk for name in state.supplement_missing for one in files.get(name, ())]
    Attachment.objects.filter(pk__in=keys).update(taken_at=at)


def _told(state: CaseState, choices: tuple[MaterialChoice, ...], missing: tuple[str, ...], version: int) -> Supplement:
    return Supplement(
        number=state.number,
        asked=state.supplement_missing,
        choices=choices,
        missing=missing,
        complete=not missing,
        version=version,
        until=state.supplement_until,
    )
