"""The hall: no slot is overbooked, nobody books twice a day, and what is announced reaches those it concerns."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.factories.at_once import asked, at_once, on_disk
from yichuang.accounts.values import Area, Scope
from yichuang.calendar.queries import forget_calendars
from yichuang.calendar.values import CHINA
from yichuang.halls import commands, queries
from yichuang.halls import values as v
from yichuang.halls.models import Booking, HallAct, SlotPlaces
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.regions.values import DivisionNotKnown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places")]

MONDAY = datetime(2026, 9, 21, 8, 0, tzinfo=CHINA)
TUESDAY = date(2026, 9, 22)
COUNTY, TOWN, CITY = "610924-centre", "610924100-hall", "610900-centre"
CHEN = Actor(id="chen", name="陈晓演", kind=ActorKind.APPLICANT)
MANAGER = Actor(id="manager", name="孙主任", division="610924")


def book(
    owner: str = "chen",
    *,
    centre: str = TOWN,
    on: date = TUESDAY,
    start: time = time(9, 0),
    at: datetime = MONDAY,
    phone: str = "13900000001",
    area: str = "",
) -> v.BookingRow:
    return commands.book(
        centre=centre, on=on, start=start, area=area, name="陈晓演", phone=phone, owner=owner, by=CHEN, at=at
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


# --- days and slots ---------------------------------------------------------------------------------------------------


def test_the_days_offered_are_open_ones_and_skip_weekends_and_holidays() -> None:
    days = queries.list_days(centre=COUNTY, at=datetime(2026, 9, 28, 8, 0, tzinfo=CHINA))
    offered = [day.on for day in days]
    assert len(offered) == 8
    assert not {date(2026, 10, day) for day in range(1, 8)} & set(offered)
    assert not any(day.provisional for day in days)


def test_a_day_of_a_year_whose_holidays_are_not_published_is_said_to_be_provisional() -> None:
    days = queries.list_days(centre=COUNTY, at=datetime(2027, 3, 1, 8, 0, tzinfo=CHINA))
    assert all(day.provisional for day in days)


def test_a_holiday_has_no_slots() -> None:
    assert queries.list_slots(centre=COUNTY, on=date(2026, 10, 1), at=at(date(2026, 9, 29), 8)) == ()


def test_a_days_slots_follow_the_opening_hours_and_leave_the_lunch_break_out() -> None:
    slots = queries.list_slots(centre=COUNTY, on=TUESDAY, at=MONDAY)
    assert [slots[0].start, slots[0].until] == [time(9, 0), time(9, 30)]
    assert [slot.start for slot in slots if time(11, 30) <= slot.start <= time(13, 0)] == [time(11, 30), time(13, 0)]
    assert slots[-1].until == time(17, 0)
    assert {slot.left for slot in slots} == {8}


def test_a_town_hall_has_fewer_places_and_the_city_more() -> None:
    places = {
        centre: queries.list_slots(centre=centre, on=TUESDAY, at=MONDAY)[0].capacity for centre in (TOWN, COUNTY, CITY)
    }
    assert places == {TOWN: 3, COUNTY: 8, CITY: 20}


def test_today_only_slots_that_begin_later_are_offered() -> None:
    slots = queries.list_slots(centre=COUNTY, on=MONDAY.date(), at=at(MONDAY.date(), 10, 5))
    assert slots[0].start == time(11, 0)


def test_the_parts_of_a_hall_are_booked_apart() -> None:
    areas = queries.list_areas(centre=CITY, on=TUESDAY)
    assert len(areas) > 1
    book(centre=CITY, area=areas[0])
    left = {area: queries.list_slots(centre=CITY, on=TUESDAY, at=MONDAY, area=area)[0].left for area in areas}
    assert left[areas[0]] == 3
    assert left[areas[1]] == 4
    with pytest.raises(v.AreaNotKnown):
        queries.list_slots(centre=CITY, on=TUESDAY, at=MONDAY, area="没有的分区")


@pytest.mark.parametrize("centre", ["610924-no", "", "610924901-hall"])
def test_a_centre_that_is_unknown_or_closed_is_refused(centre: str) -> None:
    with pytest.raises(v.CentreNotKnown):
        queries.list_slots(centre=centre, on=TUESDAY, at=MONDAY)


def test_a_centre_may_say_its_own_hours_and_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "halls").mkdir()
    (tmp_path / "halls" / "ziyang.yaml").write_text(
        "centre: 610924-centre\nversions:\n"
        "  - {from: 2026-01-01, mark: K, citation: 中心规定, slot_minutes: 60, places: 2, areas: {民生: 1}}\n"
    )
    (tmp_path / "calendar" / "centres").mkdir(parents=True)
    (tmp_path / "calendar" / "centres" / "ziyang.yaml").write_text(
        "centre: 610924-centre\n"
        "opening_hours: [{from: 2026-01-01, hours: ['08:30-11:30']}]\n"
        "also_open: [{weekdays: [6]}]\nclosed: [2026-09-23]\n"
    )
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    forget_calendars()
    try:
        slots = queries.list_slots(centre=COUNTY, on=TUESDAY, at=MONDAY)
        assert [slot.start for slot in slots] == [time(8, 30), time(9, 30), time(10, 30)]
        assert {slot.capacity for slot in slots} == {2}
        assert queries.list_areas(centre=COUNTY, on=TUESDAY) == ("民生",)
        offered = [day.on for day in queries.list_days(centre=COUNTY, at=MONDAY)]
        assert date(2026, 9, 23) not in offered
        assert date(2026, 9, 26) in offered
    finally:
        forget_calendars()


# --- booking ----------------------------------------------------------------------------------------------------------


def test_a_booking_takes_one_place_and_bears_a_code_that_can_be_read_out() -> None:
    row = book()
    assert (row.on, row.start, row.until, row.state) == (TUESDAY, time(9, 0), time(9, 30), v.BookingState.BOOKED)
    assert len(row.code) == 9
    assert row.code.isdigit()
    assert queries.get_booking(code=row.spoken).code == row.code
    assert queries.list_slots(centre=TOWN, on=TUESDAY, at=MONDAY)[0].left == 2


@pytest.mark.parametrize(
    ("on", "start", "moment", "refusal"),
    [
        (date(2026, 9, 20), time(9, 0), MONDAY, v.DayNotBookable),
        (date(2026, 9, 26), time(9, 0), MONDAY, v.DayNotBookable),
        (date(2026, 12, 1), time(9, 0), MONDAY, v.DayNotBookable),
        (TUESDAY, time(12, 0), MONDAY, v.SlotNotKnown),
        (TUESDAY, time(9, 10), MONDAY, v.SlotNotKnown),
        (MONDAY.date(), time(9, 0), MONDAY + timedelta(minutes=31), v.SlotOver),
    ],
)
def test_what_cannot_be_booked_is_refused(on: date, start: time, moment: datetime, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        book(on=on, start=start, at=moment)
    assert not Booking.objects.exists()


def test_a_full_slot_is_refused_and_leaves_nothing_behind() -> None:
    for place in range(3):
        book(f"owner-{place}")
    with pytest.raises(v.SlotFull):
        book("late")
    assert Booking.objects.count() == 3
    assert SlotPlaces.objects.get().taken == 3


def test_one_account_holds_one_open_booking_a_day_anywhere() -> None:
    first = book()
    with pytest.raises(v.AlreadyBooked) as refusal:
        book(centre=COUNTY, start=time(10, 0))
    assert refusal.value.details["code"] == first.code
    assert queries.list_slots(centre=COUNTY, on=TUESDAY, at=MONDAY)[2].left == 8
    book(on=TUESDAY + timedelta(days=1))


def test_without_an_account_one_phone_holds_one_open_booking_a_day() -> None:
    book("", phone="139 0000 0001")
    with pytest.raises(v.AlreadyBooked):
        book("", phone="139 0000 0001", start=time(10, 0))
    book("", phone="13900000002")


def test_cancelling_gives_the_place_back_and_another_booking_is_possible() -> None:
    row = book()
    cancelled = commands.cancel_booking(code=row.code, owner="chen", by=CHEN, at=MONDAY)
    assert cancelled.state is v.BookingState.CANCELLED
    assert SlotPlaces.objects.get().taken == 0
    book(start=time(10, 0))


def test_only_its_owner_cancels_a_booking() -> None:
    row = book()
    for other in ({"owner": "wang"}, {"owner": ""}, {"phone_tail": "0001"}):
        with pytest.raises(v.NotYourBooking):
            commands.cancel_booking(code=row.code, by=CHEN, at=MONDAY, **other)


def test_who_booked_without_an_account_cancels_by_the_last_digits_of_the_phone() -> None:
    row = book("")
    with pytest.raises(v.NotYourBooking):
        commands.cancel_booking(code=row.code, phone_tail="9999", by=CHEN, at=MONDAY)
    assert commands.cancel_booking(code=row.code, phone_tail="0001", by=CHEN, at=MONDAY).possible == ()


def test_a_slot_that_has_begun_is_not_cancelled() -> None:
    row = book()
    with pytest.raises(v.TooLateToCancel):
        commands.cancel_booking(code=row.code, owner="chen", by=CHEN, at=at(TUESDAY, 9))


def test_cancelling_twice_gives_one_place_back() -> None:
    row, _other = book(), book("wang")
    commands.cancel_booking(code=row.code, owner="chen", by=CHEN, at=MONDAY)
    with pytest.raises(v.BookingStepImpossible):
        commands.cancel_booking(code=row.code, owner="chen", by=CHEN, at=MONDAY)
    assert SlotPlaces.objects.get().taken == 1


def test_arrival_is_noted_on_the_day_and_absence_after_the_slot() -> None:
    row, missing = book(), book("wang")
    with pytest.raises(v.NotTheDay):
        commands.mark_arrived(code=row.code, by=MANAGER, at=MONDAY)
    assert commands.mark_arrived(code=row.code, by=MANAGER, at=at(TUESDAY, 8, 50)).state is v.BookingState.ARRIVED
    with pytest.raises(v.NotTheDay):
        commands.mark_no_show(code=missing.code, by=MANAGER, at=at(TUESDAY, 9, 29))
    commands.mark_no_show(code=missing.code, by=MANAGER, at=at(TUESDAY, 9, 30))
    assert commands.mark_arrived(code=missing.code, by=MANAGER, at=at(TUESDAY, 11)).state is v.BookingState.ARRIVED
    acts = list(HallAct.objects.filter(subject=missing.code).order_by("id").values_list("act", "by_id"))
    assert acts == [("book", "chen"), ("miss", "manager"), ("arrive", "manager")]


def test_closing_a_day_notes_everybody_missing_who_did_not_come() -> None:
    arrived, _missing, later = book(), book("wang"), book("liu", start=time(16, 30))
    commands.mark_arrived(code=arrived.code, by=MANAGER, at=at(TUESDAY, 9))
    assert commands.close_day(centre=TOWN, on=TUESDAY, by=MANAGER, at=at(TUESDAY, 16)) == 1
    assert queries.get_booking(code=later.code).state is v.BookingState.BOOKED
    assert queries.count_bookings(centre=TOWN, on=TUESDAY) == {
        v.BookingState.BOOKED: 1,
        v.BookingState.ARRIVED: 1,
        v.BookingState.NO_SHOW: 1,
        v.BookingState.CANCELLED: 0,
    }


def test_who_did_not_come_three_times_waits_until_the_first_of_them_is_old() -> None:
    days = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]
    for day in days:
        row = book(on=day, at=at(day, 8))
        commands.mark_no_show(code=row.code, by=MANAGER, at=at(day, 17))
    with pytest.raises(v.TooManyNoShows) as refusal:
        book(on=date(2026, 6, 8), at=at(date(2026, 6, 5), 8))
    assert refusal.value.details["until"] == "2026-08-30"
    book("wang", on=date(2026, 6, 8), at=at(date(2026, 6, 5), 8))
    book(on=date(2026, 8, 31), at=at(date(2026, 8, 30), 8))


def test_a_days_list_comes_by_slot_in_pages_with_people_masked() -> None:
    codes = [book(f"o{n}", start=start).code for n, start in enumerate([time(10, 0), time(9, 0), time(9, 0)])]
    first = queries.page_bookings(centre=TOWN, on=TUESDAY, limit=2)
    second = queries.page_bookings(centre=TOWN, on=TUESDAY, limit=2, after=first.next_after)
    assert [row.code for row in (*first, *second)] == [codes[1], codes[2], codes[0]]
    assert second.next_after == ""
    assert (first.rows[0].name, first.rows[0].phone) == ("陈**", "139****0001")
    (full, *_others) = queries.page_bookings(centre=TOWN, on=TUESDAY, personal=True)
    assert (full.name, full.phone) == ("陈晓演", "13900000001")


@pytest.mark.parametrize("cursor", ["x", "1_", "_", "٣_٤", "9" * 30 + "_1"])
def test_a_cursor_that_is_none_begins_anew(cursor: str) -> None:
    book()
    assert len(queries.page_bookings(centre=TOWN, on=TUESDAY, after=cursor)) == 1


def test_ones_own_bookings_are_ones_own() -> None:
    row = book()
    assert [one.code for one in queries.list_bookings(owner="chen")] == [row.code]
    assert queries.list_bookings(owner="wang") == queries.list_bookings(owner="") == ()


@pytest.mark.parametrize("code", ["", "123", "000000000", "１２３４５６７８９", "abc"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(v.BookingNotKnown):
        queries.get_booking(code=code)


@pytest.mark.parametrize("name", ["", " ", "\u200f", "甲\0", "\ud800", "长" * 101])
def test_a_name_that_nobody_could_call_is_refused(name: str) -> None:
    with pytest.raises((v.TextMissing, v.TextUnfit)):
        commands.book(centre=TOWN, on=TUESDAY, start=time(9), name=name, phone="13900000001", by=CHEN, at=MONDAY)


def test_names_with_rare_characters_are_kept_whole() -> None:
    row = commands.book(centre=TOWN, on=TUESDAY, start=time(9), name="𠮷𫖯", phone="13900000001", by=CHEN, at=MONDAY)
    assert queries.get_booking(code=row.code, personal=True).name == "𠮷𫖯"


# --- the database itself ----------------------------------------------------------------------------------------------


def test_the_database_itself_refuses_to_overbook_and_to_book_twice() -> None:
    book()
    with pytest.raises(IntegrityError), transaction.atomic():
        SlotPlaces.objects.update(taken=4)
    copy = Booking.objects.get()
    copy.pk, copy.code = None, "123456789"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


@pytest.mark.parametrize("attack", ["UPDATE halls_hallact SET act = 'x'", "DELETE FROM halls_hallact"])
def test_the_database_itself_keeps_who_did_what(attack: str) -> None:
    book()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_exactly_as_many_get_a_place_as_there_are(tmp_path: Path) -> None:
    with on_disk(tmp_path):
        results = at_once([lambda place=place: book(f"owner-{place}") for place in range(10)])
        assert Counter(type(result).__name__ for result in results) == {"BookingRow": 3, "SlotFull": 7}
        assert asked(lambda: SlotPlaces.objects.get().taken) == 3
        assert asked(Booking.objects.count) == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_who_asks_many_times_at_once_gets_one_place(tmp_path: Path) -> None:
    starts = [time(hour, minute) for hour in (9, 10, 14, 15) for minute in (0, 30)]
    with on_disk(tmp_path):
        results = at_once([lambda start=start: book(start=start) for start in starts])
        assert Counter(type(result).__name__ for result in results) == {"BookingRow": 1, "AlreadyBooked": 7}
        assert asked(lambda: sum(SlotPlaces.objects.values_list("taken", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_booking_at_once_never_block_each_other_and_the_places_add_up(tmp_path: Path) -> None:
    def cancel(code: str, owner: str) -> v.BookingRow:
        return commands.cancel_booking(code=code, owner=owner, by=CHEN, at=MONDAY)

    with on_disk(tmp_path):
        rows = asked(lambda: [book(f"owner-{place}") for place in range(3)])
        cancels = [lambda row=row, n=n: cancel(row.code, f"owner-{n}") for n, row in enumerate(rows)]
        twice = [lambda row=row, n=n: cancel(row.code, f"owner-{n}") for n, row in enumerate(rows)]
        again = [lambda n=n: book(f"owner-{n}") for n in range(3)]
        results = at_once([*cancels, *twice, *again])
        allowed = {"BookingRow", "BookingStepImpossible", "AlreadyBooked", "SlotFull"}
        assert {type(result).__name__ for result in results} <= allowed
        held = asked(lambda: Booking.objects.filter(state="booked").count())
        assert asked(lambda: SlotPlaces.objects.get().taken) == held


# --- announcements ----------------------------------------------------------------------------------------------------


def announce(
    division: str = "610924", *, from_on: date = TUESDAY, until: date | None = None, title: str = "公告"
) -> int:
    return commands.publish_announcement(
        division=division, title=title, text="内容", from_on=from_on, until=until, by=MANAGER, at=MONDAY
    )


def titles(division: str, on: date) -> list[str]:
    return [row.title for row in queries.list_announcements(division=division, on=on)]


def test_a_town_reads_what_county_and_city_announce_and_the_city_only_its_own() -> None:
    announce("610900", title="市")
    announce("610924", title="县", from_on=TUESDAY + timedelta(days=1))
    announce("610924100", title="镇")
    day = TUESDAY + timedelta(days=1)
    assert titles("610924100", day) == ["县", "镇", "市"]
    assert titles("610924", day) == ["县", "市"]
    assert titles("610900", day) == ["市"]


def test_an_announcement_is_read_from_its_first_day_to_the_day_before_its_end() -> None:
    announce(until=TUESDAY + timedelta(days=2))
    shown = [len(titles("610924", TUESDAY + timedelta(days=offset))) for offset in (-1, 0, 1, 2)]
    assert shown == [0, 1, 1, 0]


def test_a_withdrawn_announcement_leaves_the_public_and_stays_with_the_manager() -> None:
    key = announce()
    commands.withdraw_announcement(announcement=key, reason="内容有误", by=MANAGER, at=MONDAY)
    assert titles("610924", TUESDAY) == []
    with pytest.raises(v.AnnouncementNotKnown):
        queries.get_announcement(announcement=key, on=TUESDAY)
    with pytest.raises(v.AlreadyWithdrawn):
        commands.withdraw_announcement(announcement=key, reason="再撤", by=MANAGER, at=MONDAY)
    scope = Scope("hall.manage", (Area("610924", centre="610924-centre"),))
    (row,) = queries.page_announcements(scope=scope)
    assert (row.withdrawn_reason, row.withdrawn_by) == ("内容有误", "孙主任")
    assert not queries.page_announcements(scope=Scope("hall.manage", (Area("610902"),))).rows


def test_announcements_of_a_scope_come_in_pages() -> None:
    for number in range(3):
        announce(title=str(number))
    scope = Scope("hall.manage", (Area("610900"),))
    first = queries.page_announcements(scope=scope, limit=2)
    assert [row.title for row in first] == ["2", "1"]
    assert [row.title for row in queries.page_announcements(scope=scope, after=first.next_after)] == ["0"]


def test_an_announcement_must_say_something_end_after_it_begins_and_be_somewhere() -> None:
    with pytest.raises(v.AnnouncementDatesUnfit):
        announce(until=TUESDAY)
    with pytest.raises(v.TextMissing):
        announce(title=" ")
    with pytest.raises(DivisionNotKnown):
        announce("999999")


def test_the_demonstration_announces_for_city_and_county_and_only_once() -> None:
    assert commands.ensure_demonstration(at=MONDAY) == 4
    assert commands.ensure_demonstration(at=MONDAY + timedelta(days=30)) == 0
    assert len(titles("610924", MONDAY.date())) == 4
    assert len(titles("610900", MONDAY.date())) == 2
