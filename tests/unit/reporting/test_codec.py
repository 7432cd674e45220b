"""Codec: a notice comes back from JSON as it was; a file that is no annex says at what place."""

import string
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.documents import (
    Block,
    Chart,
    DocumentNumber,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Table,
    Text,
)
from yichuang.reporting.bulletins.codec import decode_annex, decode_notice, encode_annex, encode_notice
from yichuang.reporting.bulletins.queries import FORM, Annex, CasesQuery, CentresQuery, FigureRecord, RatioQuery
from yichuang.reporting.bulletins.refusals import AnnexUnreadable

WORDS = st.text(alphabet=f"安康市{string.ascii_letters}<>&\"'{{}}，。0 \n", max_size=12)
RUNS = st.one_of(st.builds(Text, WORDS, st.booleans()), st.builds(Figure, WORDS, WORDS, st.booleans()))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 4))
    cells = st.one_of(WORDS, st.builds(Figure, WORDS, WORDS, st.booleans()))
    rows = draw(st.lists(st.lists(cells, min_size=columns, max_size=columns).map(tuple), max_size=3))
    widths = draw(st.one_of(st.just(()), st.just((1.5,) * columns)))
    return Table(header=("列",) * columns, rows=tuple(rows), caption=draw(WORDS), widths=widths)


BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, st.integers(1, 4), WORDS, st.booleans()),
    st.lists(RUNS, max_size=4).map(lambda runs: Paragraph(tuple(runs))),
    tables(),
    st.builds(Chart, svg=WORDS, alt=WORDS, caption=WORDS),
)
NOTICES = st.builds(
    OfficialNotice,
    issuing_authority=st.just("安康市人民政府办公室"),
    document_number=st.builds(
        DocumentNumber, agency_code=st.just("安政办函"), year=st.integers(1949, 2999), serial=st.integers(1, 999)
    ),
    title=st.just("关于\n通报"),
    addressees=st.just("各县区人民政府"),
    body=st.lists(BLOCKS, min_size=1, max_size=5).map(tuple),
    signature=st.just("安康市人民政府办公室"),
    dated_on=st.dates(),
    copy_number=st.one_of(st.none(), st.integers(1, 999)),
    secrecy=WORDS,
    attachments=st.lists(WORDS, max_size=2).map(tuple),
    copies_to=st.lists(WORDS, max_size=2).map(tuple),
    printed_on=st.one_of(st.none(), st.dates()),
    sealed=st.booleans(),
    draft=st.booleans(),
)


@given(NOTICES)
def test_a_notice_comes_back_as_it_was(notice: OfficialNotice) -> None:
    assert decode_notice(encode_notice(notice)) == notice


QUERY = CasesQuery(measure="completed", start_on=date(2015, 1, 1), until=date(2015, 7, 1), counties=("610900",))


def record(**changed: object) -> FigureRecord:
    plain = FigureRecord(
        id="completed", label="办结量", definition="期内办结的办件数", way="wan", display="32.55万", value="325500",
        count=325500, digest="ab" * 32, query=QUERY,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changed)


def annex(*records: FigureRecord, form: str = FORM) -> Annex:
    return Annex(form=form, title="通报", period="2015H1", division="610900", drafted_at="2015-07-23T09:00:00+08:00",
                 ledger_events=1, figures=records)  # fmt: skip


GOOD = encode_annex(annex(record(), record(id="rate", query=RatioQuery(numerator=QUERY, denominator=QUERY))))


def test_an_annex_comes_back_as_it_was_and_is_written_the_same_again() -> None:
    assert encode_annex(decode_annex(GOOD, file="a.json")) == GOOD


def test_an_annex_can_be_read_by_people() -> None:
    text = GOOD.decode()
    assert '\n      "label": "办结量",\n' in text
    assert '"display": "32.55万"' in text
    assert text.count("\n") > 30


def test_a_byte_order_mark_is_read_over() -> None:
    assert decode_annex(b"\xef\xbb\xbf" + GOOD, file="a.json").period == "2015H1"


@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        (GOOD[:-40], "没有结尾", "truncated"),
        (b"", "没有结尾", "truncated"),
        (b"<html>", "不是 JSON", "byte 0"),
        (GOOD + b"{}", "不是 JSON", "trailing characters"),
        (GOOD.decode().encode("utf-16"), "不是 JSON", "byte"),
        (GOOD.replace("办".encode(), b"\xb0"), "UTF-8", "position"),
        (b"[]", "格式不符", "object"),
        (b"{}", "格式不符", "form"),
        (b'{"name": "package.json"}', "格式不符", "form"),
        (GOOD.replace(b'"count": 325500', b'"count": "many"'), "格式不符", "$.figures[0].count"),
        (GOOD.replace(b'"way": "wan"', b'"way": "roughly"'), "格式不符", "$.figures[0].way"),
        (GOOD.replace(b'"2015-07-01"', b'"2015-07-32"'), "格式不符", "$.figures[0].query.until"),
        (GOOD.replace(b'"kind": "cases"', b'"kind": "sql"'), "格式不符", "$.figures[0].query.kind"),
        (GOOD.replace(b'"610900"\n', b'"61\\u0000"\n'), "格式不符", "$.figures[0].query.counties[0]"),
        (encode_annex(annex(record(), form="yichuang.bulletin-annex.v9")), "格式名称", "v9"),
        (encode_annex(annex()), "没有任何数据", "figures"),
        (b"[" * 100_000, "格式不符", ""),
        (b'{"x":' + b"[" * 100_000, "", ""),
    ],
)
def test_what_is_no_annex_is_refused_with_place_and_reason(content: bytes, reason: str, place: str) -> None:
    with pytest.raises(AnnexUnreadable) as refused:
        decode_annex(content, file="通报.annex.json")
    told = str(refused.value)
    assert told.startswith("附件“通报.annex.json”不是通报的数据附件：")
    assert "yichuang bulletin" in told
    assert reason in told
    assert place in told


def test_a_level_that_does_not_exist_is_refused_before_anything_is_counted() -> None:
    content = encode_annex(annex(record(query=CentresQuery(on=date(2015, 6, 30), level="county"))))
    with pytest.raises(AnnexUnreadable, match="level"):
        decode_annex(content.replace(b'"county"', b'"moon"'), file="a.json")
