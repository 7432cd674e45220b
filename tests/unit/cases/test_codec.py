"""The codec: names with versions, canonical text, upcasters, and what it refuses."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import pytest

from tests.factories.stories import china, working_days
from yichuang.cases import codec
from yichuang.cases.domain import events as e
from yichuang.cases.domain.materials import MaterialEntry

EXAMPLES: list[tuple[e.Event, str, str]] = [
    (
        e.ApplicationReceived(item="01001", organisation="610924-gongshang", division="610924", channel="web"),
        "cases.application-received.v1",
        '{"item":"01001","organisation":"610924-gongshang","division":"610924","channel":"web"}',
    ),
    (
        e.SupplementRequested(missing=("章程", "照片")),
        "cases.supplement-requested.v1",
        '{"missing":["章程","照片"]}',
    ),
    (
        e.ApplicationAccepted(kind="promised", promised=working_days(5), due_at=china("2015-02-27T12:00")),
        "cases.application-accepted.v1",
        '{"kind":"promised","promised":{"amount":5,"unit":"working-days"},"due_at":"2015-02-27T12:00:00+08:00"}',
    ),
    (
        e.CertificateIssued(name="营业执照", certificate_number="1", valid_until=date(2020, 1, 1)),
        "cases.certificate-issued.v1",
        '{"name":"营业执照","certificate_number":"1","valid_until":"2020-01-01"}',
    ),
    (e.CaseArchived(), "cases.case-archived.v1", "{}"),
    # What was added later stands at the end, and is left out where nothing was said.
    (
        e.ApplicationReceived(item="01001", organisation="o", division="610924", form_digest="ab", agent="family"),
        "cases.application-received.v1",
        '{"item":"01001","organisation":"o","division":"610924","form_digest":"ab","agent":"family"}',
    ),
    (
        e.ApplicationAccepted(
            kind="promised", tolerated=("照片",), tolerated_until=date(2021, 3, 11), committed=("证明",)
        ),
        "cases.application-accepted.v1",
        '{"kind":"promised","tolerated":["照片"],"tolerated_until":"2021-03-11","committed":["证明"]}',
    ),
    (
        e.SupplementRequested(missing=("章程",), due_on=date(2026, 3, 23)),
        "cases.supplement-requested.v1",
        '{"missing":["章程"],"due_on":"2026-03-23"}',
    ),
    (e.ApplicationGranted(in_bulk=True), "cases.application-granted.v1", '{"in_bulk":true}'),
    (
        e.MaterialsTaken(entries=(MaterialEntry("照片", "bring"), MaterialEntry("申请书", "upload", 2, "ab"))),
        "cases.materials-taken.v1",
        '{"entries":[{"name":"照片","way":"bring"},{"name":"申请书","way":"upload","copies":2,"digest":"ab"}]}',
    ),
    (
        e.CaseHandedOver(to_id="b-post", to_name="乙岗", reason="外出"),
        "cases.case-handed-over.v1",
        '{"to_id":"b-post","to_name":"乙岗","reason":"外出"}',
    ),
    (
        e.SiteReviewed(on=date(2021, 3, 2), participants=("甲", "乙"), minutes="纪要", conclusion="通过"),
        "cases.site-reviewed.v1",
        '{"on":"2021-03-02","participants":["甲","乙"],"minutes":"纪要","conclusion":"通过"}',
    ),
    (
        e.ApplicationReceived(item="01001", organisation="o", division="610924", node="ziyang"),
        "cases.application-received.v1",
        '{"item":"01001","organisation":"o","division":"610924","node":"ziyang"}',
    ),
    (
        e.CasePassedToNode(to_node="ankang", from_node="ziyang", reason="报市"),
        "cases.case-passed-to-node.v1",
        '{"to_node":"ankang","from_node":"ziyang","reason":"报市"}',
    ),
    (
        e.HistoryCorrected(order=(1, 5, 3), operation="update", batch="20260105"),
        "cases.history-corrected.v1",
        '{"order":[1,5,3],"operation":"update","batch":"20260105"}',
    ),
    (e.FeeCharged(name="工本费", amount="10.00"), "cases.fee-charged.v1", '{"name":"工本费","amount":"10.00"}'),
]


@pytest.mark.parametrize(("event", "name", "text"), EXAMPLES, ids=[text for _, _, text in EXAMPLES])
def test_the_stored_text_is_this_to_the_byte_for_ever(event: e.Event, name: str, text: str) -> None:
    assert codec.encode(event) == (name, text.encode())
    assert codec.decode(name, text) == event


def test_an_instant_comes_back_as_the_same_instant_and_is_written_again_the_same() -> None:
    at = datetime(2015, 2, 13, 9, 30, 15, 123456, timezone(timedelta(hours=8)))
    name, payload = codec.encode(e.ApplicationAccepted(kind="other", counted_from=at))
    event = codec.decode(name, payload)
    assert isinstance(event, e.ApplicationAccepted)
    assert event.counted_from == at
    assert codec.encode(event)[1] == payload


@pytest.mark.parametrize("payload", ["", "{", '{"missing":"章程"}', "{}", "null", '{"missing":[1]}'])
def test_a_payload_that_does_not_decode_is_named_with_its_event(payload: str) -> None:
    with pytest.raises(codec.BrokenPayload, match=r"cases\.supplement-requested\.v1"):
        codec.decode("cases.supplement-requested.v1", payload)


@pytest.mark.parametrize("payload", ["{}", "{"])
def test_an_event_of_a_later_release_is_refused_and_not_guessed(payload: str) -> None:
    with pytest.raises((codec.UnknownEvent, codec.BrokenPayload), match=r"application-accepted\.v9"):
        codec.decode("cases.application-accepted.v9", payload)


@pytest.fixture
def two_older_versions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let archiving have had two earlier shapes."""
    monkeypatch.setitem(codec.UPCASTERS, "cases.test-zero.v0", ("cases.test-half.v0", lambda old: {"box": old["b"]}))
    monkeypatch.setitem(
        codec.UPCASTERS, "cases.test-half.v0", ("cases.case-archived.v1", lambda old: {"folder": f"盒{old['box']}"})
    )
    yield


def test_an_event_of_an_older_version_is_lifted_one_version_at_a_time(two_older_versions: None) -> None:
    assert codec.decode("cases.test-zero.v0", '{"b":7}') == e.CaseArchived(folder="盒7")
    assert codec.decode("cases.test-half.v0", '{"box":7}') == e.CaseArchived(folder="盒7")


def test_an_older_event_that_lacks_what_its_upcaster_needs_is_broken(two_older_versions: None) -> None:
    with pytest.raises(codec.BrokenPayload, match="test-zero"):
        codec.decode("cases.test-zero.v0", '{"c":7}')
