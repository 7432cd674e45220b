"""The hash chain: what is hashed, so that an outsider can recompute it with other tools."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.stories import china
from yichuang.cases.domain import chain
from yichuang.kernel.crypto import sm3

UUID = "6f1c2a526a0e5d0c9a536a7c8f0b5b11"
TIMES = ("2015-02-13T02:00:00.000000Z", "2015-02-13T02:00:01.000000Z", "2015-02-13T02:00:02.000000Z")
PAYLOAD = '{"note":"章程"}'.encode()


def link(**changed: object) -> bytes:
    """Return the link of one event, with some of what it covers changed."""
    covered: dict[str, object] = {
        "previous": chain.GENESIS,
        "case_uuid": UUID,
        "seq": 1,
        "name": "cases.materials-corrected.v1",
        "times": TIMES,
        "actor": ("clerk-07", "窗口七号"),
        "payload": PAYLOAD,
        **changed,
    }
    return chain.link(covered.pop("previous"), **covered)  # type: ignore[arg-type]


def test_a_link_is_sm3_over_what_the_documentation_says_and_nothing_else() -> None:
    header = (
        f'["yichuang.event.v1","{UUID}",1,"cases.materials-corrected.v1",'
        f'"{TIMES[0]}","{TIMES[1]}","{TIMES[2]}","clerk-07","窗口七号"]'
    )
    assert link() == sm3(bytes(32) + header.encode() + b"\n" + PAYLOAD)


@pytest.mark.parametrize(
    "changed",
    [
        {"previous": bytes(31) + b"\x01"},
        {"case_uuid": UUID[:-1] + "2"},
        {"seq": 2},
        {"name": "cases.materials-corrected.v2"},
        {"times": (TIMES[0], TIMES[1], TIMES[2].replace("02.0", "02.1"))},
        {"times": (TIMES[1], TIMES[0], TIMES[2])},
        {"actor": ("clerk-08", "窗口七号")},
        {"actor": ("clerk-07", "窗口八号")},
        {"payload": PAYLOAD + b" "},
    ],
    ids=str,
)
def test_whatever_changes_the_link_changes(changed: dict[str, object]) -> None:
    assert link(**changed) != link()


def test_what_moves_from_one_field_to_its_neighbour_changes_the_link() -> None:
    assert link(actor=("a", "bc")) != link(actor=("ab", "c"))
    assert link(actor=('a","b', "c")) != link(actor=("a", 'b","c'))


def test_a_time_is_written_in_utc_with_microseconds_wherever_it_came_from() -> None:
    at = china("2015-02-13T10:00")
    assert chain.canonical_time(at) == "2015-02-13T02:00:00.000000Z"
    assert chain.canonical_time(at.astimezone(UTC)) == chain.canonical_time(at)
    assert chain.canonical_time(datetime(2015, 2, 13, tzinfo=UTC) + timedelta(microseconds=1)).endswith("00.000001Z")
