"""Search over phrases: Chinese, pinyin, first letters, mistakes, order of words, places; always the same answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.catalogue.domain import search, spelling
from yichuang.catalogue.domain.search import Index, Phrase

ITEMS = {
    "passport": [
        Phrase("普通护照签发", search.NAME),
        Phrase("出国", search.SYNONYM),
        Phrase("普通护照换发", search.HANDLING, handling="02"),
        Phrase("07001", search.CODE),
    ],
    "homestead": [Phrase("农村宅基地审批和登记", search.NAME), Phrase("盖房子", search.SYNONYM)],
    "land": [Phrase("国有土地使用权登记", search.NAME), Phrase("土地证遗失补发", search.HANDLING, handling="05")],
    "company": [Phrase("公司设立、变更、注销登记", search.NAME), Phrase("开公司", search.SYNONYM)],
    "identity": [Phrase("居民身份证申领、换领和补领", search.NAME)],
    "insurance": [Phrase("重庆银行社会保障卡服务", search.NAME), Phrase("社保卡", search.SYNONYM)],
    "loan": [Phrase("贷款展期、还款变更", search.NAME)],
    "card": [Phrase("公交IC卡办理", search.NAME), Phrase("便民服务", search.THEME)],
    "travel": [Phrase("旅行社设立", search.NAME)],
}
PLACES = {
    "ziyang": [
        Phrase("紫阳县国土资源局", search.PLACE),
        Phrase("国土局", search.PLACE),
        Phrase("紫阳县", search.PLACE),
    ],
    "shiquan": [Phrase("石泉县公安局", search.PLACE), Phrase("石泉县", search.PLACE)],
}
INDEX = Index(
    items=list(ITEMS.values()), places=list(PLACES.values()), fillers=("我要", "怎么", "办理", "的", "需要", "材料")
)
PAIRS = [(item, place) for item in range(len(ITEMS)) for place in range(len(PLACES))]


def found(text: str) -> list[str]:
    """Return the items that a text finds, the best first."""
    scores = search.score_all(INDEX.match(text), PAIRS)
    best: dict[str, int] = {}
    for (item, _), score in zip(PAIRS, scores, strict=True):
        name = list(ITEMS)[item]
        if score:
            best[name] = max(best.get(name, 0), score)
    return sorted(best, key=lambda name: -best[name])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("护照", "passport"),
        ("普通护照签发", "passport"),
        ("出国", "passport"),
        ("07001", "passport"),
        ("０７００１", "passport"),
        # Whole pinyin, first letters, shortened syllables, pinyin beside Chinese.
        ("huzhao", "passport"),
        ("HuZhao", "passport"),
        ("hz", "passport"),
        ("ptgz", ""),
        ("pthzqf", "passport"),
        ("huz", "passport"),
        ("护照qianfa", "passport"),
        ("zjd", "homestead"),
        ("zhaijidi", "homestead"),
        # Characters with several readings, read by the phrase they stand in; ü as v and as u.
        ("chongqing", "insurance"),
        ("cq", "insurance"),
        ("yinhang", "insurance"),
        ("yh", "insurance"),
        ("huankuan", "loan"),
        ("lvxingshe", "travel"),
        ("luxingshe", "travel"),
        ("lüxingshe", "travel"),
        # Letters in names.
        ("ic", "card"),
        ("ic卡", "card"),
        ("gjicka", "card"),
        # Mistakes in Chinese: same sound, wrong, missing, extra, swapped character.
        ("户找", "passport"),
        ("宅基第", "homestead"),
        ("身价证", "identity"),
        ("居民身证", "identity"),
        ("居民身身份证", "identity"),
        ("土地使用全登纪", "land"),
        ("社保咔", "insurance"),
        # Mistakes in pinyin: swapped, missing, extra, wrong letter; z for zh.
        ("huzaho", "passport"),
        ("huzho", "passport"),
        ("huzzhao", "passport"),
        ("shenfenzhang", "identity"),
        ("zaijidi", "homestead"),
        ("shebaoka", "insurance"),
        # The order of words, words that mean nothing, places.
        ("登记公司", "company"),
        ("登记 土地", "land"),
        ("我要办理护照需要的材料", "passport"),
        ("怎么开公司", "company"),
        ("紫阳护照", "passport"),
        ("国土局宅基地", "homestead"),
    ],
)
def test_what_people_type_finds_what_they_mean(text: str, expected: str) -> None:
    assert (found(text) or [""])[0] == expected


@pytest.mark.parametrize(
    "text", ["", " ", "%", "'\"", "<>", "\0", "。，、", "😀", "100%_'\"", "xqxqxq", "天涯海角无此事"]
)
def test_what_means_nothing_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_a_name_that_begins_with_the_words_stands_before_one_that_holds_them_and_before_handling_items() -> None:
    assert found("公")[0] == "company"
    index = Index(
        items=[[Phrase("车辆登记", 100)], [Phrase("登记车辆", 100)], [Phrase("登记", 90)], [Phrase("登记", 100)]],
        places=[],
    )
    scores = search.score_all(index.match("登记"), [(number, -1) for number in range(4)])
    assert sorted(range(4), key=lambda number: -scores[number]) == [3, 2, 1, 0]


def test_an_exact_find_hides_guesses() -> None:
    assert found("土地证") == ["land"]


def test_a_place_alone_finds_its_items_and_no_others() -> None:
    scores = search.score_all(INDEX.match("紫阳县国土局"), PAIRS)
    assert {place for (_, place), score in zip(PAIRS, scores, strict=True) if score} == {0}


def test_three_digits_are_no_code() -> None:
    assert found("070") == []
    assert found("0700") == ["passport"]


def test_half_of_a_query_is_not_enough() -> None:
    assert found("护照 海底捞月") == []
    assert found("护照签发 海底") == ["passport"]


def test_the_handling_item_that_answers_best_is_known() -> None:
    phrase = INDEX.match("护照换发").best(0)
    assert phrase is not None
    assert (phrase.handling, phrase.text) == ("02", "普通护照换发")


def test_rare_characters_and_emoji_do_not_shift_the_spelling() -> None:
    assert spelling.syllables("𠮷护照") == ("", "hu", "zhao") or spelling.syllables("𠮷护照")[-2:] == ("hu", "zhao")
    assert len(spelling.syllables("𠮷a护😀照")) == 5
    index = Index(items=[[Phrase("𠮷祥护照", 100)]], places=[])
    assert search.score_all(index.match("huzhao"), [(0, -1)])[0] > 0
    assert search.score_all(index.match("𠮷祥"), [(0, -1)])[0] > 0


@given(st.text(max_size=200))
def test_no_text_breaks_the_search_and_each_has_one_answer(text: str) -> None:
    first = search.score_all(INDEX.match(text), PAIRS)
    assert first == search.score_all(INDEX.match(text), PAIRS)
    assert all(0 <= score <= 110 * search.SCALE for score in first)
