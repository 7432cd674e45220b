"""Envelopes: one canonical form, one signature over it, and no bit that could change without notice."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.exchange.domain import envelopes
from yichuang.exchange.domain.envelopes import (
    BadSignature,
    EnvelopeMalformed,
    KeyExpired,
    KnownKey,
    UnknownKey,
    canonical,
    open_envelope,
    seal,
)
from yichuang.kernel.sm2 import PrivateKey

AT = datetime(2026, 11, 26, 8, 0, 0, 123, tzinfo=UTC)
KEY = PrivateKey.generate()
PUBLIC = KEY.public

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def keys(until: datetime | None = None) -> envelopes.Keys:
    known = KnownKey(PUBLIC.key_id, PUBLIC, until)
    return lambda node, key_id: known if (node, key_id) == ("ziyang", PUBLIC.key_id) else None


def sealed(body: dict[str, Any] | None = None, **changed: Any) -> bytes:
    said: dict[str, Any] = {
        "origin": "ziyang",
        "destination": "ankang",
        "number": 7,
        "at": AT,
        "key_id": PUBLIC.key_id,
        "kind": "links",
        "case": "0" * 32,
        "body": body if body is not None else {"事": ["件", 1, True, None]},
    }
    return seal(signer=KEY, **(said | changed))


@given(CONTENT)
@settings(max_examples=200, deadline=None)
def test_the_canonical_form_is_that_of_any_sorting_json_writer(content: Any) -> None:
    assert canonical(content) == json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@given(st.dictionaries(TEXTS, CONTENT, max_size=4))
@settings(max_examples=50, deadline=None)
def test_what_is_sealed_is_opened_unchanged(body: dict[str, Any]) -> None:
    opened = open_envelope(sealed(body), keys=keys(), at=AT)
    assert (opened.body, opened.number, opened.at) == (body, 7, AT)


WHOLE = sealed()


@given(st.integers(0, len(WHOLE) * 8 - 1))
@settings(max_examples=300, deadline=None)
def test_a_bit_flipped_anywhere_is_refused(bit: int) -> None:
    flipped = bytearray(WHOLE)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises((EnvelopeMalformed, BadSignature, UnknownKey)):
        open_envelope(bytes(flipped), keys=keys(), at=AT)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 40))
@settings(max_examples=50, deadline=None)
def test_an_envelope_cut_off_or_lengthened_is_refused(at: int, more: int) -> None:
    for data in (WHOLE[:at], WHOLE + b" " * (more + 1), WHOLE[:at] + b"\n" + WHOLE[at:]):
        with pytest.raises((EnvelopeMalformed, BadSignature, UnknownKey)):
            open_envelope(data, keys=keys(), at=AT)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_refused_in_words_and_never_break(data: bytes) -> None:
    with pytest.raises(EnvelopeMalformed):
        open_envelope(data, keys=keys(), at=AT)


def test_the_same_content_spelt_otherwise_is_refused() -> None:
    said = json.loads(WHOLE)
    backwards = dict(reversed(said.items()))
    spellings = [
        json.dumps(said, sort_keys=True, ensure_ascii=False).encode(),
        json.dumps(said, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(backwards, ensure_ascii=False, separators=(",", ":")).encode(),
        WHOLE[:-1] + b',"number":7}',
    ]
    for data in spellings:
        with pytest.raises(EnvelopeMalformed):
            open_envelope(data, keys=keys(), at=AT)


def test_a_key_is_good_until_its_end_by_the_receivers_clock() -> None:
    until = AT + timedelta(hours=1)
    old = sealed(at=AT - timedelta(days=400))
    assert open_envelope(old, keys=keys(until), at=until - timedelta(seconds=1)).number == 7
    with pytest.raises(KeyExpired) as refused:
        open_envelope(old, keys=keys(until), at=until)
    assert "ziyang" in str(refused.value)


def test_a_key_of_another_node_is_not_known() -> None:
    with pytest.raises(UnknownKey):
        open_envelope(sealed(origin="hanyin"), keys=keys(), at=AT)


def test_a_signature_of_another_key_under_the_same_name_is_refused() -> None:
    with pytest.raises(BadSignature):
        open_envelope(forged(), keys=keys(), at=AT)


def forged() -> bytes:
    other = PrivateKey.generate()
    return seal(
        origin="ziyang",
        destination="ankang",
        number=7,
        at=AT,
        key_id=PUBLIC.key_id,
        kind="links",
        body={},
        signer=other,
    )


@pytest.mark.parametrize(
    "changed",
    [{"number": 0}, {"number": -1}, {"kind": "gossip"}, {"origin": ""}, {"destination": "ziyang"}],
)
def test_fields_that_mean_nothing_are_refused_although_they_are_signed(changed: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeMalformed):
        open_envelope(sealed(**changed), keys=keys(), at=AT)


@pytest.mark.parametrize("body", [{"x": 1.5}, {"x": 2**60}, {"x": b"1"}, {"x": "\ud800"}, {1: "x"}])
def test_only_texts_whole_numbers_and_their_lists_and_maps_are_sealed(body: dict[Any, Any]) -> None:
    with pytest.raises(EnvelopeMalformed):
        sealed(body)


def test_a_bottomless_content_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(50):
        deep = [deep]
    with pytest.raises(EnvelopeMalformed):
        sealed({"x": deep})
    nested = b"[" * 100_000
    with pytest.raises(EnvelopeMalformed):
        open_envelope(nested, keys=keys(), at=AT)
