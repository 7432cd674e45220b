"""Results: the seven codes of both lists, and what one list cannot say."""

import pytest

from yichuang.cases.domain.results import (
    RESULT_LABELS,
    UNCOUNTED,
    CodeVariant,
    Result,
    UnknownResultCode,
    decode_result,
    encode_result,
)

OLDER = ["returned", "returned", "other"]
NEWER = ["not-granted", "returned", "not-accepted"]


@pytest.mark.parametrize(("variant", "one", "five", "six"), [(CodeVariant.OLDER, *OLDER), (CodeVariant.NEWER, *NEWER)])
def test_the_two_lists_differ_in_one_five_and_six(variant: CodeVariant, one: str, five: str, six: str) -> None:
    read = [decode_result(str(code), variant=variant).value for code in range(7)]
    assert read == ["granted", one, "void", "deleted", "forwarded", five, six]


@pytest.mark.parametrize("variant", CodeVariant)
@pytest.mark.parametrize("code", ["7", "-1", "", "A", "00", "０"])
def test_a_code_that_stands_in_neither_list_is_refused_with_the_list_it_was_sought_in(
    variant: CodeVariant, code: str
) -> None:
    with pytest.raises(UnknownResultCode, match=variant.value):
        decode_result(code, variant=variant)


@pytest.mark.parametrize("variant", CodeVariant)
@pytest.mark.parametrize("result", Result)
def test_every_result_has_a_code_in_both_lists(variant: CodeVariant, result: Result) -> None:
    assert encode_result(result, variant=variant) in set("0123456")


@pytest.mark.parametrize("code", list("0123456"))
def test_the_newer_list_comes_back_as_it_went(code: str) -> None:
    variant = CodeVariant.NEWER
    assert encode_result(decode_result(code, variant=variant), variant=variant) == code


def test_what_the_older_list_cannot_say_was_sent_back() -> None:
    assert encode_result(Result.NOT_GRANTED, variant=CodeVariant.OLDER) == "1"
    assert encode_result(Result.NOT_ACCEPTED, variant=CodeVariant.OLDER) == "1"


def test_blanks_around_a_code_do_not_matter_and_every_result_has_a_label() -> None:
    assert decode_result(" 0 ", variant=CodeVariant.NEWER) is Result.GRANTED
    assert set(RESULT_LABELS) == set(Result)
    assert {Result.VOID, Result.DELETED} == UNCOUNTED
