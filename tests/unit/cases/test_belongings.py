"""Pieces of a file come twice, late, in any order or wrong: it is put together rightly or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.cases.domain import belongings as b
from yichuang.cases.domain.belongings import Belonging, Warrant
from yichuang.kernel.crypto import sm3

GRID = b.PIECE_BYTES
SIZES = st.sampled_from([1, GRID - 1, GRID, GRID + 1, 2 * GRID, 3 * GRID + 7])


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def arrive(pieces: list[tuple[int, bytes]], *, size: int) -> dict[int, bytes]:
    """Take pieces as a node does: on the grid, and the first of each place."""
    kept: dict[int, bytes] = {}
    for offset, data in pieces:
        b.check_piece(size=size, offset=offset, length=len(data))
        kept.setdefault(offset, data)
    return kept


@settings(max_examples=30, deadline=None)
@given(size=SIZES, data=st.data())
def test_in_any_order_and_repeated_the_whole_comes_out_and_never_before(size: int, data: st.DataObject) -> None:
    whole = content(size)
    cut = [(offset, whole[offset : offset + GRID]) for offset in b.offsets(size)]
    order = [*data.draw(st.permutations(cut)), *data.draw(st.lists(st.sampled_from(cut), max_size=3))]
    digest = sm3(whole).hex()
    for upto in range(len(order) + 1):
        kept = arrive(order[:upto], size=size)
        there = b.put_together(kept, size=size, digest=digest)
        assert there == (whole if len(kept) == len(cut) else None)


@settings(max_examples=30, deadline=None)
@given(size=SIZES, place=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_one_byte_damaged_anywhere_and_nothing_is_put_together(size: int, place: int, flip: int) -> None:
    whole = content(size)
    spoilt = bytearray(whole)
    spoilt[place % size] ^= flip
    cut = [(offset, bytes(spoilt[offset : offset + GRID])) for offset in b.offsets(size)]
    assert b.put_together(arrive(cut, size=size), size=size, digest=sm3(whole).hex()) is None


@pytest.mark.parametrize(
    ("offset", "length"), [(-GRID, GRID), (1, GRID), (0, GRID - 1), (0, GRID + 1), (GRID, 6), (2 * GRID, 1)]
)
def test_a_piece_that_is_not_on_the_grid_is_refused(offset: int, length: int) -> None:
    with pytest.raises(b.PieceUnfit):
        b.check_piece(size=GRID + 5, offset=offset, length=length)


def item(key: str, data: bytes, *, material: str = "申请书", taken_at: str = "") -> Belonging:
    return Belonging(
        key=key,
        kind="file",
        size=len(data),
        digest=sm3(data).hex(),
        created_at="2026-11-26T01:00:00+00:00",
        material=material,
        taken_at=taken_at,
    )


def test_files_that_one_act_took_together_are_borne_out_together_and_a_changed_one_spoils_all() -> None:
    first, second = item("a", b"one", taken_at="t"), item("b", b"two", taken_at="t")
    named = {"申请书": {b.together([first.digest, second.digest])}}
    assert b.warrants([first, second], named=named) == {"a": Warrant.LEDGER, "b": Warrant.LEDGER}
    other = item("b", b"another", taken_at="t")
    assert b.warrants([first, other], named=named) == {"a": None, "b": None}
    # Their order is part of what was named.
    assert b.warrants([second, first], named=named) == {"a": None, "b": None}


def test_what_no_act_names_stands_on_the_senders_word_and_what_an_act_names_otherwise_on_none() -> None:
    named = {"申请书": {sm3(b"right").hex()}}
    told = [
        item("a", b"right"),
        item("b", b"new"),
        item("c", b"wrong", taken_at="t"),
        item("d", b"right", material="x"),
    ]
    assert b.warrants(told, named=named) == {
        "a": Warrant.LEDGER,
        "b": Warrant.SENDER,
        "c": None,
        "d": Warrant.SENDER,
    }
