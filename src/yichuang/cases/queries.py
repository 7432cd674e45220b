"""The door for reading cases: values out, never model instances; permission is the caller's filter."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.cases import ledger, projections, selection
from yichuang.cases.acting import held_elsewhere
from yichuang.cases.applicants import digest_of
from yichuang.cases.belongings.giving import read_piece
from yichuang.cases.belongings.taking import is_coming, list_coming, list_missing
from yichuang.cases.changed_days import list_changed_days, list_days
from yichuang.cases.claiming import find_claim
from yichuang.cases.contacts import Contact, find_contact
from yichuang.cases.course import COURSE_COLUMNS, course_as_of, course_select, list_changed_cases
from yichuang.cases.domain.acts import ACT_LABELS
from yichuang.cases.domain.decide import possible_acts
from yichuang.cases.domain.intake_law import upload_law as upload_limits
from yichuang.cases.drafts import get_draft, list_draft_versions, list_drafts
from yichuang.cases.effective import effective as list_effective
from yichuang.cases.effective import moved_receipts
from yichuang.cases.feed import (
    CaseHistory,
    FeedRow,
    find_case_place,
    has_source_key,
    iterate_histories,
    list_event_names,
    read_feed,
)
from yichuang.cases.following import find_cursor
from yichuang.cases.forms import find_form_fault, get_application, list_earlier, owns, page_own
from yichuang.cases.gathering import (
    count_accepted_from,
    count_received,
    list_charged_fees,
    list_closings,
    list_shared_files,
    tally_items,
    tally_sources,
)
from yichuang.cases.history import acts_of, list_acts
from yichuang.cases.ledger import START, Cursor, Entry, read, read_of
from yichuang.cases.lines import get_event_titles
from yichuang.cases.linkable import LinkableCase, find_linkable, list_linkable
from yichuang.cases.lists import Lists
from yichuang.cases.needs import check_draft, judge_draft
from yichuang.cases.nodes import get_origin, list_links, read_news
from yichuang.cases.opinions import list_opinions
from yichuang.cases.responsible import list_handlers
from yichuang.cases.rows import ROW, ROW_WIDTH, as_instant, case_row
from yichuang.cases.standing import get_state, list_changes, tell
from yichuang.cases.supplements import get_supplement
from yichuang.cases.tallies import sum_used_days, tally_days
from yichuang.cases.todo import count_states, page_todo
from yichuang.cases.tracking import find_tracked
from yichuang.cases.uploads.evidence import open_evidence
from yichuang.cases.uploads.previews import preview
from yichuang.cases.uploads.receiving import find_upload, refuse_announced, refuse_request
from yichuang.cases.uploads.shelf import get_attachment, list_attachments, open_attachment
from yichuang.cases.values import (
    ApplicantDetails,
    CaseFile,
    CaseFilter,
    CaseNotFound,
    CaseRow,
    PageUnknown,
)
from yichuang.kernel.crypto import sm3
from yichuang.kernel.identifiers.case_number import check_number
from yichuang.kernel.page import Page
from yichuang.kernel.refusal import Refusal

__all__ = [
    "COURSE_COLUMNS",
    "START",
    "CaseHistory",
    "Contact",
    "Cursor",
    "Entry",
    "FeedRow",
    "LinkableCase",
    "check_draft",
    "count_accepted_from",
    "count_cases",
    "count_events",
    "count_received",
    "count_source",
    "count_states",
    "course_as_of",
    "course_select",
    "digest_cases",
    "end_of_ledger",
    "find_case_place",
    "find_case_scope",
    "find_claim",
    "find_contact",
    "find_cursor",
    "find_last_report",
    "find_linkable",
    "find_tracked",
    "find_upload",
    "get_application",
    "get_attachment",
    "get_case",
    "get_draft",
    "get_event_titles",
    "get_origin",
    "get_state",
    "get_supplement",
    "has_source_key",
    "is_coming",
    "iterate_histories",
    "judge_draft",
    "list_acts",
    "list_attachments",
    "list_changed_cases",
    "list_changed_days",
    "list_changes",
    "list_charged_fees",
    "list_closings",
    "list_coming",
    "list_days",
    "list_draft_versions",
    "list_drafts",
    "list_earlier",
    "list_effective",
    "list_event_names",
    "list_evidence",
    "list_handlers",
    "list_linkable",
    "list_links",
    "list_missing",
    "list_opinions",
    "list_shared_files",
    "list_source_keys",
    "list_source_numbers",
    "open_attachment",
    "open_evidence",
    "owns",
    "page_cases",
    "page_own",
    "page_todo",
    "preview",
    "read",
    "read_feed",
    "read_news",
    "read_of",
    "read_piece",
    "refuse_announced",
    "refuse_request",
    "sum_used_days",
    "tally_days",
    "tally_items",
    "tally_sources",
    "upload_limits",
    "verify_cases",
]


def page_cases(chosen: CaseFilter, *, after: str = "", limit: int = 50) -> Page[CaseRow]:
    """Return one page of cases, oldest first by the measure's day, then by id; `after` is a page's cursor."""
    condition, parameters = selection.where(chosen)
    day = selection.day_order(chosen.measure)
    if after:
        condition += f" AND ({day}, f.case_id) > (%s, %s)"
        parameters += _place(after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW}, {day} FROM cases_facts f WHERE {condition} ORDER BY {day}, f.case_id LIMIT %s",
            [*parameters, limit + 1],
        )
        rows = cursor.fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    next_after = f"{rows[-1][ROW_WIDTH]}~{rows[-1][0]}" if more else ""
    return Page(tuple(case_row(row) for row in rows), next_after)


def _place(after: str) -> tuple[Any, int]:
    on, _, case_id = after.rpartition("~")
    try:
        return selection.stored_day(date.fromisoformat(on)), int(case_id)
    except ValueError as error:
        raise PageUnknown(after=after) from error


def count_cases(chosen: CaseFilter) -> int:
    """Return how many cases the filter selects, counted from facts."""
    condition, parameters = selection.where(chosen)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM cases_facts f WHERE {condition}", parameters)
        return int(cursor.fetchone()[0])


def digest_cases(chosen: CaseFilter) -> tuple[int, str]:
    """Return how many cases the filter selects and SM3 over one line per case, in order of number.

    A line is the case number, a tab, and the hash of the event that puts the case into the measure: the receipt
    for what was received, the acceptance for what is counted by acceptance, the closing otherwise. Whoever holds
    the cases' hash chains can recompute it with a text editor and an SM3 program.
    """
    lines = [line.encode() for line in list_evidence(chosen)]
    return len(lines), sm3(b"".join(lines)).hex()


def list_evidence(chosen: CaseFilter) -> Iterator[str]:
    """Yield the lines over which `digest_cases` computes its digest, each with its line feed."""
    condition, parameters = selection.where(chosen)
    column = "f.closed_hash" if selection.day_column(chosen.measure) == "closed_on" else "f.accepted_hash"
    source = "cases_facts f"
    if chosen.measure == "received":
        column, source = "v.hash", f"{source} JOIN cases_event v ON v.case_id = f.case_id AND v.seq = 1"
    # The receipt stands first, unless its source has corrected it.
    receipts = moved_receipts() if chosen.measure == "received" else {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.number, {column}, f.case_id FROM {source} WHERE {condition} ORDER BY f.number", parameters
        )
        while rows := cursor.fetchmany(10_000):
            for number, digest, case_id in rows:
                yield f"{number}\t{bytes(receipts.get(case_id, digest) or b'').hex()}\n"


def find_case_scope(number: str) -> tuple[str, str] | None:
    """Return (county, organisation) of a case for the permission question, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.county, f.organisation FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " WHERE c.number = %s",
            [number],
        )
        return cursor.fetchone()


def get_case(number: str, *, personal: bool = False, with_acts: bool = False) -> CaseFile:
    """Return one case with its whole time line, its chain checked; raises CaseNotFound or the number's own refusal.

    `personal` adds the applicant's details; ask the permission first. `with_acts` adds what `list_acts` gives, from
    the same reading of the ledger.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW}, c.uuid, f.version, f.head, f.handling_item, f.implementation_code,"
            " f.statutory_due_at, f.paused_days, f.extension_days, f.current_step, f.current_organisation,"
            " f.provisional, f.joint, c.holder FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " WHERE c.number = %s",
            [number],
        )
        found = cursor.fetchone()
    if found is None:
        check_number(number)
        raise CaseNotFound(number=number)
    row, rest = case_row(found[:ROW_WIDTH]), found[ROW_WIDTH:]
    uuid = rest[0].hex if hasattr(rest[0], "hex") else str(rest[0])
    entries = ledger.read_case(row.case_id)
    lines, state = tell(entries)
    elsewhere = held_elsewhere(rest[12])
    open_acts = () if elsewhere else possible_acts(state)
    return CaseFile(
        row=row,
        uuid=uuid,
        version=rest[1],
        head=bytes(rest[2]).hex(),
        handling_item=rest[3],
        implementation_code=rest[4],
        source=row.source,
        applicant=_applicant(row.case_id) if personal else None,
        statutory_due_at=as_instant(rest[5]),
        paused_days=rest[6],
        extension_days=rest[7],
        current_step=rest[8],
        current_organisation=rest[9],
        provisional=bool(rest[10]),
        joint=bool(rest[11]),
        events=lines,
        chain_faults=tuple(ledger.verify_entries(entries, uuid=uuid)),
        possible=tuple(ACT_LABELS[act] for act in open_acts),
        open_acts=tuple(act.__name__ for act in open_acts),
        agent_name=state.agent_name,
        acts=acts_of(entries) if with_acts else (),
        holder=elsewhere,
    )


def _applicant(case_id: int) -> ApplicantDetails | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, id_type, id_number, phone FROM cases_applicant WHERE case_id = %s", [case_id])
        found = cursor.fetchone()
    return ApplicantDetails(*found) if found else None


def verify_cases(numbers: Iterable[str] | None = None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (number, faults) of each case: chain recomputed, facts folded anew, applicant's digest checked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.number, c.uuid, c.founder, c.holder, f.version, f.head,"
            " a.salt, a.name, a.id_type, a.id_number, a.phone"
            " FROM cases_case c LEFT JOIN cases_facts f ON f.case_id = c.id"
            " LEFT JOIN cases_applicant a ON a.case_id = c.id ORDER BY c.id"
        )
        rows = cursor.fetchall()
    wanted = None if numbers is None else set(numbers)
    calendar, lists = get_calendar(), Lists()
    for case_id, number, uuid, founder, holder, version, head, salt, *details in rows:
        if wanted is not None and number not in wanted:
            continue
        faults = list(ledger.verify_case(case_id, uuid=uuid.hex if hasattr(uuid, "hex") else str(uuid)))
        try:
            folded, last = projections.load(case_id)
        except Refusal as refusal:
            # What was written past the commands need not even decode; the other cases are verified all the same.
            yield number, (*faults, str(refusal))
            continue
        if version != folded.state.seq or head is None or bytes(head) != last:
            faults.append(f"facts at version {version}, ledger at {folded.state.seq}")
        elif folded.state.received is None:
            faults.append("no receipt is among the events that count")
        else:
            faults += projections.differences(case_id, folded, calendar=calendar, lists=lists)
        if settings.NODE and (folded.state.holder or founder or settings.NODE) != (holder or settings.NODE):
            faults.append(f"held by node {holder or settings.NODE!r}, ledger says {folded.state.holder!r}")
        received = folded.state.received
        if (
            received
            and salt is not None
            and received.applicant_digest != digest_of(ApplicantDetails(*details), salt=bytes(salt))
        ):
            faults.append("applicant details do not match their digest")
        if received and received.form_digest and (fault := find_form_fault(case_id, received.form_digest)):
            faults.append(fault)
        yield number, tuple(faults)


def count_events() -> int:
    """Return the number of events in the ledger (its highest position: nothing is ever taken out)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM cases_event")
        return int(cursor.fetchone()[0])


def end_of_ledger(after: Cursor) -> Cursor:
    """Return the cursor at the end of what can be trusted now; equal to `after` when there is no news."""
    return ledger.changed_since(after)[2]


def find_last_report(source: str) -> datetime | None:
    """Return when a source last received or closed a case: until then the ledger knows what went on there.

    Walks the days from the newest backwards, past the days on which only other sources reported.
    """
    moments = []
    with connection.cursor() as cursor:
        for name in ("received", "closed"):
            cursor.execute(
                f"SELECT {name}_at FROM cases_facts WHERE {name}_on IS NOT NULL AND source = %s"
                f" ORDER BY {name}_on DESC, {name}_at DESC LIMIT 1",
                [source],
            )
            moments += [ledger.aware(row[0]) for row in cursor.fetchall()]
    return max(moments, default=None)


def count_source(source: str) -> int:
    """Return how many cases of a source stand in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cases_case WHERE source = %s", [source])
        return int(cursor.fetchone()[0])


def list_source_keys(source: str) -> list[str]:
    """Return the keys of a source's cases that stand in the ledger, in order of filing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_key FROM cases_case WHERE source = %s ORDER BY id", [source])
        return [row[0] for row in cursor.fetchall()]


def list_source_numbers(source: str) -> dict[str, str]:
    """Return the case number by key of a source's cases that stand in the ledger, in order of filing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_key, number FROM cases_case WHERE source = %s ORDER BY id", [source])
        return dict(cursor.fetchall())
