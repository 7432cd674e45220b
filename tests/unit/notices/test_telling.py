"""What is told of which event, in words that both languages hold."""

import pytest
import yaml

from yichuang.cases.codec import NAMES
from yichuang.notices.domain.telling import TOLD, tell
from yichuang.notices.domain.templates import LANGUAGES, check
from yichuang.notices.values import TemplatesFaulty
from yichuang.notices.wording import BUNDLED

EVENTS = {name.split(".")[1] for name in NAMES.values()}


@pytest.fixture(scope="module")
def templates() -> object:
    return yaml.safe_load(BUNDLED.read_text())


def test_every_told_event_is_one_that_the_ledger_knows() -> None:
    assert set(TOLD) - EVENTS == set()


def test_a_step_inside_the_administration_is_not_told() -> None:
    assert tell("cases.step-started.v1", '{"step":"审核"}') is None


def test_a_supplement_notice_says_how_many_materials_and_until_when() -> None:
    telling = tell("cases.supplement-requested.v1", '{"missing":["甲","乙"],"due_on":"2026-12-03"}')
    assert telling is not None
    assert telling.key == "supplement"
    assert telling.details == {"due": "2026-12-03", "count": "2"}


def test_an_event_of_an_older_form_without_a_day_is_told_with_a_dash() -> None:
    telling = tell("cases.supplement-requested.v1", '{"missing":["甲"]}')
    assert telling is not None
    assert telling.details["due"] == "—"


def test_the_bundled_templates_serve_every_message_in_both_languages(templates: object) -> None:
    found = check(templates, file="templates.yaml")
    details = dict.fromkeys(("number", "item", "link", "due", "count", "days", "amount"), "1")
    for key in {key for key, _ in TOLD.values()}:
        for language in LANGUAGES:
            words = found[key][language].fill(details)
            assert "{" not in words.title + words.text + words.sms


def test_a_text_message_fits_into_two_parts(templates: object) -> None:
    found = check(templates, file="templates.yaml")
    details = {"number": "6109242026112600012X", "item": "农村宅基地审批和登记", "link": "", "due": "2026-12-03",
               "count": "12", "days": "10", "amount": "1200.00"}  # fmt: skip
    too_long = {
        (key, language): len(words.fill(details).sms)
        for key, by_language in found.items()
        for language, words in by_language.items()
        # A part holds 67 characters of Chinese, 153 of plain Latin.
        if len(words.fill(details).sms) > (134 if language == "zh-hans" else 306)
    }
    assert too_long == {}


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda data: data["granted"].pop("en"), "granted.en"),
        (lambda data: data["granted"]["en"].update(sms="{phone} granted"), "granted.en.sms"),
        (lambda data: data["granted"]["en"].update(color="red"), "$"),
    ],
)
def test_templates_that_cannot_serve_are_refused_at_their_place(templates: object, spoil: object, key: str) -> None:
    data = yaml.safe_load(BUNDLED.read_text())
    spoil(data)  # type: ignore[operator]
    with pytest.raises(TemplatesFaulty) as refused:
        check(data, file="own.yaml")
    assert refused.value.details["key"] == key
