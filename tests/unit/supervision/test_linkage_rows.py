"""A department's row becomes an entry, or every fault of it is told; a person's number is kept as a digest only."""

from datetime import date

import pytest

from yichuang.supervision.domain.linkage.mapping import RegisterMapping, recognise
from yichuang.supervision.domain.linkage.rows import Entry, Places, RowReader, digest_of, tell_twins_apart

PERSON = "610924198503070012"
SALT = b"1" * 32
PLACES = Places(
    organisations={"紫阳县食品药品监督管理局": "610924-shiyaojian", "汉阴县食品药品监督管理局": "610921-shiyaojian"},
    departments={"610924-shiyaojian": "shiyaojian", "610921-shiyaojian": "shiyaojian"},
    items={
        ("610924-shiyaojian", "食品经营许可"): ("15002",),
        ("610924-shiyaojian", "许可证"): ("15002", "15003"),
        ("", "食品经营许可"): ("15002",),
    },
    names={"610924-shiyaojian": [("食品经营许可", "15002"), ("药品经营许可", "15003")]},
    item_codes=frozenset({"15002", "15003"}),
    towns={"610924": [("蒿坪镇", "610924102")]},
)
HEAD = ("登记序号", "许可证编号", "持证人", "证件号码", "许可事项", "许可机关", "发证日期", "公示日期", "地址", "金额")


def reader(**told: object) -> RowReader:
    mapping = RegisterMapping(**({"county": "610924"} | told))  # type: ignore[arg-type]
    return RowReader(mapping, recognise(HEAD, mapping), PLACES, salt=SALT)


def row(**changes: str) -> dict[str, str]:
    usual = {
        "许可证编号": "JY1234",
        "持证人": "紫阳县鑫源餐饮店",
        "证件号码": "610924600012345",
        "许可事项": "食品经营许可",
        "许可机关": "紫阳县食品药品监督管理局",
        "发证日期": "2015年3月5日",
    }
    return dict.fromkeys(HEAD, "") | usual | changes


def read(**changes: str) -> Entry:
    return reader().read(2, row(**changes))


def test_a_good_row_is_read_whole() -> None:
    entry = read(公示日期="2015-03-09", 地址="紫阳县蒿坪镇双星村", 金额="20元")
    assert entry.faults == []
    assert (entry.organisation, entry.county, entry.item) == ("610924-shiyaojian", "610924", "15002")
    assert (entry.decided_on, entry.published_on) == (date(2015, 3, 5), date(2015, 3, 9))
    assert (entry.holder_kind, entry.holder_code, entry.area, entry.amount_fen) == (
        "firm", "610924600012345", "610924102", 2000,
    )  # fmt: skip


def test_a_persons_number_is_nowhere_in_the_entry() -> None:
    entry = read(持证人="张晓明", 证件号码=PERSON)
    assert PERSON not in repr(entry)
    assert (entry.holder_kind, entry.holder_tail) == ("person", "0012")
    assert entry.holder_digest == digest_of(PERSON, salt=SALT)
    assert entry.holder_digest != digest_of(PERSON, salt=b"2" * 32)


def test_a_number_of_a_person_that_strayed_into_another_column_is_hidden_too() -> None:
    assert PERSON not in read(地址=PERSON).content


def test_every_fault_of_a_row_is_told_at_once() -> None:
    entry = read(发证日期="2015-02-30", 许可机关="某县某局", 金额="二十", 公示日期="昨天")
    assert [fault.column for fault in entry.faults] == ["许可机关", "金额", "发证日期", "公示日期"]


def test_a_row_that_names_nobody_and_no_number_is_a_fault() -> None:
    assert [fault.column for fault in read(许可证编号="", 持证人="", 证件号码="").faults] == ["持证人"]


def test_bytes_that_are_no_text_cost_their_row_only() -> None:
    entry = read(持证人="紫阳\udcff店")
    assert [fault.column for fault in entry.faults] == ["持证人"]
    entry.holder_name.encode()


@pytest.mark.parametrize(
    ("written", "item", "options"),
    [
        ("食品经营许可", "15002", ()),
        ("食品经营", "15002", ()),
        ("许可证", "", ("15002", "15003")),
        ("不知何事", "", ()),
    ],
)
def test_an_item_is_known_by_its_name_cut_short_or_not_and_several_stay_several(
    written: str, item: str, options: tuple[str, ...]
) -> None:
    entry = read(许可事项=written)
    assert (entry.item, entry.item_options) == (item, options)


def test_a_department_without_its_county_is_that_of_the_lists_county() -> None:
    assert read(许可机关="食品药品监督管理局").organisation == "610924-shiyaojian"


def test_the_same_row_has_the_same_identity_wherever_it_stands_and_another_has_not() -> None:
    assert reader().read(2, row()).identity == reader().read(9, row()).identity
    assert read().identity != read(发证日期="2015年3月6日").identity


def test_the_registers_own_number_tells_rows_apart_and_lets_them_change() -> None:
    before, after = read(登记序号="7"), read(登记序号="7", 发证日期="2015年3月6日")
    assert before.identity == after.identity
    assert before.content_digest != after.content_digest


def test_twins_in_one_file_are_told_and_none_is_lost() -> None:
    entries = [read(), read(), read(许可证编号="JY9")]
    entries[1].row = 3
    tell_twins_apart(entries)
    assert [bool(entry.faults) for entry in entries] == [False, True, False]
    assert len({entry.identity for entry in entries}) == 3


def test_rows_with_one_number_and_two_contents_are_both_faults() -> None:
    entries = [read(登记序号="7"), read(登记序号="7", 持证人="别的店")]
    entries[1].row = 3
    tell_twins_apart(entries)
    assert all(entry.faults for entry in entries)
