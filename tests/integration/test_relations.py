"""The small relations: gathered through doors, stored whole, equal to what conditions are written over."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models

from tests.factories import catalogue as handmade
from tests.factories import feedback as public
from tests.factories.catalogue import HandmadeRegister, handmade_catalogue
from tests.factories.filings import Told, decided, file, filing
from tests.factories.people import APPLICANT, CLERK
from tests.factories.places import load_few_places
from tests.factories.running import accept
from tests.factories.stories import china, receipt
from tests.unit.catalogue.samples import CITY, exercisers
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases import commands
from yichuang.cases.domain import acts as a
from yichuang.cases.queries import COURSE_COLUMNS, list_closings, tally_sources
from yichuang.cases.values import MaterialEntry
from yichuang.catalogue.commands import load_catalogue
from yichuang.catalogue.models import CatalogueItem, CentreEntry, ImplementationItem, PowerListEntry
from yichuang.catalogue.queries import list_item_standings
from yichuang.catalogue.values import ListedFee, State
from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord
from yichuang.exchange.queries import list_sources
from yichuang.exchange.values import QuarantineState
from yichuang.feedback.values import Step
from yichuang.halls import commands as halls
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.supervision import models as tables
from yichuang.supervision.domain.relations import RELATIONS, Type
from yichuang.supervision.relations import GATHER, refresh
from yichuang.supervision.relations.storing import store

__all__ = ["handmade_catalogue"]
pytestmark = pytest.mark.django_db
ON = date(2015, 6, 30)
AT = datetime(2015, 6, 30, 10, 0, tzinfo=CHINA)


def ordinal(day: str) -> int:
    """Return a day's number among the working days."""
    return get_calendar().ordinal(date.fromisoformat(day))


def filled(name: str, *, on: date = ON) -> list[dict[str, Any]]:
    """Fill one relation and return its rows by key, truths as Python has them."""
    counted = refresh(on=on, at=AT, names=[name])
    columns = RELATIONS[name].columns
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(chr(34) + column + chr(34) for column in columns)} FROM supervision_{name}")
        rows = [
            {
                column.name: bool(value) if column.type is Type.BOOL and value is not None else value
                for column, value in zip(columns.values(), row, strict=True)
            }
            for row in cursor.fetchall()
        ]
    assert counted == {name: len(rows)}
    return sorted(rows, key=lambda row: row["key"])


# --- tables and columns -----------------------------------------------------------------------------------------------

STORED = {
    model._meta.db_table.removeprefix("supervision_"): model
    for model in vars(tables).values()
    if isinstance(model, type)
    and issubclass(model, models.Model)
    and "Stored" in {base.__name__ for base in model.__mro__}
}
FIELDS = {
    Type.INT: (models.IntegerField, models.BigIntegerField),
    Type.TEXT: (models.CharField,),
    Type.BOOL: (models.BooleanField,),
}


def test_every_relation_but_cases_has_its_table_with_exactly_its_columns() -> None:
    assert set(STORED) == set(RELATIONS) - {"cases"}
    for name, model in STORED.items():
        columns = RELATIONS[name].columns
        fields = {field.name: field for field in model._meta.get_fields()}
        assert list(fields) == list(columns), name
        for column in columns.values():
            field = fields[column.name]
            assert type(field) in FIELDS[column.type], (name, column.name)
            assert field.null is column.nullable, (name, column.name)
            if column.wide:
                assert isinstance(field, models.BigIntegerField)


def test_the_relation_of_cases_has_exactly_the_columns_that_conditions_know() -> None:
    columns = RELATIONS["cases"].columns
    assert tuple((column.name, column.type.value) for column in columns.values()) == COURSE_COLUMNS


def test_filling_replaces_what_stood_there_and_tells_how_much_there_is() -> None:
    row = RELATIONS["files"].blameless(get_calendar())
    assert store("files", [row, {**row, "key": "other"}]) == 2
    assert store("files", [{**row, "key": "third"}]) == 1
    assert [one.key for one in tables.SharedFile.objects.all()] == ["third"]


def test_filling_that_breaks_off_leaves_what_stood_there() -> None:
    row = RELATIONS["files"].blameless(get_calendar())
    store("files", [row])

    def broken() -> Any:
        yield {**row, "key": "new"}
        raise RuntimeError("gathering broke off")

    with pytest.raises(RuntimeError):
        store("files", broken())
    assert [one.key for one in tables.SharedFile.objects.all()] == [row["key"]]


@pytest.mark.usefixtures("handmade_catalogue")
def test_all_are_filled_when_nothing_is_there_yet() -> None:
    assert refresh(on=ON, at=AT) == dict.fromkeys(GATHER, 0)


# --- fees, files, closings --------------------------------------------------------------------------------------------


@pytest.fixture
def priced(handmade_catalogue: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every item list one fee of ten yuan."""

    class Priced(HandmadeRegister):
        def find(self, organisation: str, item: str, on: date) -> Any:
            terms = super().find(organisation, item, on)
            fields = {name: getattr(terms, name) for name in terms.__struct_fields__} if terms else {}
            return type(terms)(**{**fields, "fees": (ListedFee("工本费", 1_000, True),)}) if terms else None

    monkeypatch.setattr("yichuang.supervision.relations.fees.get_terms_register", Priced)


@pytest.mark.usefixtures("priced")
def test_fees_are_held_against_the_list_of_the_item() -> None:
    told: Told = [
        *decided()[:2],
        (a.ChargeFee(name="工本费", amount="10"), "2015-02-15"),
        (a.ChargeFee(name="赞助费", amount="200.50"), "2015-02-16"),
        (a.PayFee(receipt_number="票1", name="赞助费"), "2015-02-16"),
    ]
    (one,) = file([filing("F-1", told)])
    file([filing("F-2", [*decided()[:2], (a.ChargeFee(name="工本费", amount="10.01"), "2015-02-25")])])
    first, second, third = filled("fees")
    assert (first["key"], first["number"], first["item"]) == (f"{one.number}|1", one.number, handmade.LICENCE)
    assert (first["amount_fen"], first["on_list"], first["over_list"], first["paid"]) == (1_000, True, False, False)
    assert (second["amount_fen"], second["on_list"], second["over_list"], second["paid"]) == (
        20_050,
        False,
        False,
        True,
    )
    assert (third["on_list"], third["over_list"], third["charged_wd"]) == (True, True, ordinal("2015-02-25"))


def with_file(digest: str, *, on: str) -> Told:
    """Return a case in which one file came in."""
    taken = a.TakeMaterials(entries=(MaterialEntry("申请书", "upload", 1, digest), MaterialEntry("照片", "bring")))
    return [(receipt(), on), (taken, on)]


@pytest.mark.usefixtures("handmade_catalogue")
def test_a_file_in_several_cases_is_told_with_how_many_applicants_it_served() -> None:
    other = replace_applicant("测试乙", "610924199001010022")
    file(
        [
            filing("F-1", with_file("aa" * 32, on="2015-02-13")),
            filing("F-2", with_file("aa" * 32, on="2015-03-02")),
            filing("F-3", with_file("aa" * 32, on="2015-03-04"), applicant=other),
            filing("F-4", with_file("bb" * 32, on="2015-03-04")),
        ]
    )
    (row,) = filled("files")
    assert (row["key"], row["digest"]) == ("aa" * 32, "aa" * 32)
    assert (row["cases"], row["applicants"]) == (3, 2)
    assert (row["first_wd"], row["last_wd"]) == (ordinal("2015-02-13"), ordinal("2015-03-04"))


def replace_applicant(name: str, number: str) -> Any:
    """Return another applicant."""
    from msgspec.structs import replace as changed

    return changed(APPLICANT, name=name, id_number=number)


@pytest.mark.usefixtures("handmade_catalogue")
def test_the_same_file_twice_in_one_case_is_one_case() -> None:
    told = [*with_file("aa" * 32, on="2015-02-13"), (with_file("aa" * 32, on="2015-02-13")[1][0], "2015-02-15")]
    file([filing("F-1", told)])
    assert filled("files") == []


@pytest.mark.usefixtures("handmade_catalogue")
def test_what_one_person_closed_within_a_minute_is_counted_together() -> None:
    def closed(at: str, *, decider: str = "局长", item: str = handmade.LICENCE) -> Told:
        return [
            (receipt(item), "2015-02-13"),
            (a.Accept(), "2015-02-13"),
            (a.Grant(decider=decider), at),
            (a.Close(), at),
        ]

    file(
        [
            filing("F-1", closed("2015-02-26T10:00:00")),
            filing("F-2", closed("2015-02-26T10:00:59")),
            filing("F-3", closed("2015-02-26T10:01:00")),
            filing("F-4", closed("2015-02-26T10:00:30", decider="副局长")),
            filing("F-5", closed("2015-02-26T10:00:30", decider="")),
            filing("F-6", closed("2015-02-26T10:00:40", decider="")),
        ]
    )
    (row,) = filled("closings")
    minute = int(china("2015-02-26T10:00").timestamp())
    assert row["key"] == f"610924-gongshang|局长|{minute}"
    assert (row["minute_s"], row["cases"], row["promised"], row["decider"]) == (minute, 2, 2, "局长")
    assert row["closed_wd"] == ordinal("2015-02-26")
    assert [one.cases for one in list_closings(least=1)] == [1, 2, 1]


@pytest.mark.usefixtures("handmade_catalogue")
def test_our_own_closings_are_told_by_the_account_that_closed() -> None:
    for _ in range(2):
        number = accept(item=handmade.ON_THE_SPOT)
        commands.perform(number=number, act=a.Grant(decider="别人"), by=CLERK, at=china("2015-02-13T11:00"))
        commands.perform(number=number, act=a.Close(), by=CLERK, at=china("2015-02-13T11:00"))
    (row,) = filled("closings")
    assert (row["decider"], row["cases"], row["promised"], row["source"]) == (CLERK.name, 2, 0, "yichuang")


# --- items ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_catalogue(db: None) -> None:
    """The small city's lists."""
    load_catalogue(
        folder=CITY, exercisers=exercisers(), by=Actor(id="c", name="经办"), at=datetime(2015, 1, 1, tzinfo=UTC)
    )


def item_row(organisation: str, item: str, *, on: date = ON) -> dict[str, Any]:
    """Return one item of one organisation."""
    (row,) = [row for row in filled("items", on=on) if (row["organisation"], row["item"]) == (organisation, item)]
    return row


@pytest.mark.usefixtures("small_catalogue")
def test_items_tell_what_each_list_says_of_them() -> None:
    standing = ImplementationItem.objects.filter(organisation_code="610924-gongshang", state=State.PUBLISHED).earliest(
        "id"
    )
    row = item_row("610924-gongshang", standing.item_code)
    assert row["key"] == f"610924-gongshang|{standing.item_code}"
    assert (row["county"], row["department"], row["listed"], row["standing"]) == ("610924", "gongshang", True, True)
    assert (row["promised_amount"], row["statutory_amount"]) == (standing.promised_amount, standing.statutory_amount)
    assert row["same_unit"] is (standing.promised_unit == standing.statutory_unit)
    assert (row["cases_all"], row["cases_quarter"], row["last_case_wd"]) == (0, 0, None)
    entries = CentreEntry.objects.filter(handling_code__startswith=standing.implementation_code)
    first = entries.order_by("entered_on").first()
    assert row["entered"] is (first is not None)
    assert row["entered_wd"] == (get_calendar().ordinal(first.entered_on) if first else None)
    entries.delete()
    PowerListEntry.objects.filter(organisation_code="610924-gongshang", catalogue_code=standing.catalogue_code).delete()
    row = item_row("610924-gongshang", standing.item_code)
    assert (row["entered"], row["entered_wd"], row["listed"]) == (False, None, False)


@pytest.mark.usefixtures("small_catalogue")
def test_an_item_counts_its_cases_in_all_in_the_quarter_and_after_its_cancellation() -> None:
    standing = ImplementationItem.objects.filter(organisation_code="610924-gongshang", state=State.PUBLISHED).earliest(
        "id"
    )
    organisation, item = standing.organisation_code, standing.item_code

    def case(day: str) -> Told:
        return [
            (a.Receive(item=item, organisation=organisation, division="610924"), day), (a.Accept(), day),
        ]  # fmt: skip

    days = ("2015-01-12", "2015-04-02", "2015-04-03", "2015-06-29")  # 60 working days begin on 3 April
    assert all(one.refusal is None for one in file(filing(day, case(day)) for day in days))
    row = item_row(organisation, item)
    assert (row["cases_all"], row["cases_quarter"], row["last_case_wd"]) == (4, 2, ordinal("2015-06-29"))
    assert (row["cancelled"], row["cases_after_cancel"]) == (False, 0)
    CatalogueItem.objects.filter(code=standing.catalogue_code).update(
        state=State.CANCELLED, effective_until=date(2015, 4, 3)
    )
    row = item_row(organisation, item)
    assert (row["cancelled"], row["cancelled_wd"], row["cases_after_cancel"]) == (True, ordinal("2015-04-03"), 2)
    assert item_row(organisation, item, on=date(2015, 4, 2))["cancelled"] is False


@pytest.mark.usefixtures("small_catalogue")
def test_the_door_of_the_catalogue_names_every_item_once_in_order() -> None:
    found = [(one.organisation, one.item) for one in list_item_standings(on=ON)]
    assert found == sorted(set(found))
    assert len(found) == 10
    assert list_item_standings(on=date(2004, 7, 1)) == ()


# --- the public -------------------------------------------------------------------------------------------------------


def test_consultations_complaints_and_bad_ratings_stand_with_the_day_of_their_answer(tmp_path: Path) -> None:
    load_few_places(tmp_path, at=public.NOW)
    asked, complained, order = public.ask(), public.complain(name="", phone=""), public.bad()
    public.step(asked, Step.ANSWER, "请带身份证。", days=1)
    rows = {row["key"]: row for row in filled("feedback", on=date(2026, 9, 30))}
    assert set(rows) == {asked, complained, order}
    opened = ordinal("2026-09-21")
    assert (rows[asked]["kind"], rows[asked]["answered_wd"], rows[asked]["closed_wd"]) == (
        "consultation",
        opened + 1,
        opened + 1,
    )
    assert (rows[asked]["due_wd"], rows[asked]["contacted"], rows[asked]["level"]) == (opened + 5, True, None)
    assert (rows[complained]["kind"], rows[complained]["real_name"]) == ("complaint", False)
    assert (rows[complained]["decided_wd"], rows[complained]["due_wd"]) == (None, opened + 21)
    assert (rows[order]["kind"], rows[order]["level"], rows[order]["due_wd"]) == ("work-order", 4, opened + 5)
    assert (rows[order]["contacted"], rows[order]["real_name"], rows[order]["county"]) == (False, True, "610924")
    assert {row["organisation"] for row in rows.values()} == {"610924-guotu"}


# --- feeds ------------------------------------------------------------------------------------------------------------


def report(source: str, *days: str, waiting: int = 0) -> None:
    """Let a source report on some days, and some of its records wait."""
    for day in days:
        batch = ExchangeBatch.objects.create(
            source=source, file="f", file_digest="0" * 64, encoding="utf-8", mapping="m", mapping_text="",
            started_at=china(day), finished_at=china(day), by_id="i", by_name="对接员",
        )  # fmt: skip
    for place in range(waiting):
        QuarantinedRecord.objects.create(
            batch=batch, source=source, row=place, identity=f"{source}-{place}", original="", record="{}", faults="[]",
            state=QuarantineState.WAITING, created_at=china(day), updated_at=china(day),
        )  # fmt: skip


@pytest.fixture
def few_places(tmp_path: Path) -> None:
    """Some places with their centres."""
    load_few_places(tmp_path, at=datetime(2015, 1, 1, tzinfo=UTC))


@pytest.mark.usefixtures("handmade_catalogue", "few_places")
def test_a_source_that_reports_regularly_is_missed_and_one_that_was_taken_over_once_is_not() -> None:
    report("regular", "2015-06-01", "2015-06-02", "2015-06-03T09:00", "2015-06-03T17:00", waiting=2)
    report("once", "2015-06-01", "2015-06-01T11:00")
    file([filing("F-1", decided(on="2015-06-11", decided_on="2015-06-15"), source="regular")])
    rows = {row["key"]: row for row in filled("feeds")}
    regular, once = rows["regular"], rows["once"]
    assert (regular["expected"], once["expected"]) == (True, False)
    assert (regular["last_report_wd"], regular["silent_days"]) == (ordinal("2015-06-15"), 10)
    assert (regular["waiting"], regular["filed"], regular["county"]) == (2, 1, "610924")
    assert (once["last_report_wd"], once["filed"], once["county"]) == (ordinal("2015-06-01"), 0, "")
    assert [(one.source, one.days, one.waiting) for one in list_sources()] == [("once", 1, 0), ("regular", 3, 2)]


@pytest.mark.usefixtures("handmade_catalogue", "few_places")
def test_a_county_without_any_source_stands_by_its_centre_and_its_way_of_connection() -> None:
    rows = {row["key"]: row for row in filled("feeds")}
    assert "centre:610924-centre" in rows
    assert all(row["system"] in {"own", "connected", "none"} and not row["expected"] for row in rows.values())
    file([filing("F-1", decided(), source="regular")])
    assert "centre:610924-centre" not in {row["key"] for row in filled("feeds")}


@pytest.mark.usefixtures("handmade_catalogue")
def test_a_case_without_what_is_mandatory_makes_its_source_incomplete_for_a_month() -> None:
    nameless: Told = [
        *decided(on="2015-06-11")[:2], (a.Grant(decider=""), "2015-06-15"), (a.Close(result="granted"), "2015-06-15"),
    ]  # fmt: skip
    unaccepted: Told = [
        (receipt(), "2015-06-11"), (a.Grant(decider="甲"), "2015-06-12"), (a.Close(result="granted"), "2015-06-12"),
    ]  # fmt: skip
    file(
        [
            filing("F-1", decided(on="2015-06-11", decided_on="2015-06-15")),
            filing("F-2", nameless),
            filing("F-3", decided(on="2015-06-11", decided_on="2015-06-15"), applicant=replace_applicant("测", "")),
            filing("F-4", unaccepted),
        ]
    )
    (tally,) = tally_sources(since=date(2015, 6, 1))
    assert (tally.cases, tally.recent, tally.incomplete) == (4, 4, 3)
    (row,) = filled("feeds")
    assert row["incomplete_permille"] == 750
    assert filled("feeds", on=date(2015, 12, 31))[0]["incomplete_permille"] == 0


# --- visits -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("handmade_catalogue")
def test_who_came_by_booking_is_held_against_the_cases_of_the_day(tmp_path: Path) -> None:
    monday = datetime(2026, 9, 21, 8, 0, tzinfo=CHINA)
    load_few_places(tmp_path, at=monday)
    tuesday = date(2026, 9, 22)
    manager = Actor(id="manager", name="孙主任", division="610924")
    came = []
    for owner in ("甲", "乙", "丙"):
        booked = halls.book(
            centre="610924-centre", on=tuesday, start=time(9, 0), name="陈晓演", phone="13900000001", owner=owner,
            by=Actor(id=owner, name=owner, kind=ActorKind.APPLICANT), at=monday,
        )  # fmt: skip
        came.append(booked.code)
    for code in came[:2]:
        halls.mark_arrived(code=code, by=manager, at=datetime(2026, 9, 22, 9, 5, tzinfo=CHINA))
    file([filing("F-1", [(receipt(), "2026-09-22")])], now=china("2026-09-23"))
    (row,) = filled("visits", on=date(2026, 9, 30))
    assert row["key"] == "610924-centre|2026-09-22"
    assert (row["county"], row["centre"], row["served"], row["cases"]) == ("610924", "610924-centre", 2, 1)
    assert filled("visits", on=date(2026, 9, 21)) == []
