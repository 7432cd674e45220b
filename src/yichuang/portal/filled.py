"""Filled in: what an applicant has answered and written, to be read again: choices by their text, in his language."""

from datetime import date

from yichuang.cases.queries import get_application
from yichuang.cases.values import CaseFile
from yichuang.catalogue.queries import get_intake
from yichuang.catalogue.values import Field, ItemUnknown, Question
from yichuang.portal.applying.inputs import language, unit_of


def value_of(field: Field, text: str) -> str:
    """Return what stands in a field of a form as people read it: of a choice its text, of a number with its unit."""
    if field.choices:
        return next((choice.text for choice in field.choices if choice.key == text), text)
    unit = unit_of(field)
    return f"{text} {unit}" if text and unit else text


def answer_of(question: Question, key: str) -> str:
    """Return the text of the option that was chosen, "" where none was."""
    return next((option.text for option in question.options if option.key == key), "")


def filled_in(file: CaseFile, *, on: date) -> list[tuple[str, str]]:
    """Return (label, text) of the answers and fields of a case's form; ask first whose the case is (three queries).

    `on` is the day of the application: the item may ask differently today. Nothing for a case without a form.
    """
    application = get_application(file.row.number)
    if application is None:
        return []
    try:
        intake = get_intake(item=file.row.item, on=on, language=language())
    except ItemUnknown:
        return []
    pairs = [(one.text, answer_of(one, application.answers.get(one.key, ""))) for one in intake.questions]
    pairs += [(one.label, value_of(one, application.fields.get(one.key, ""))) for one in intake.fields]
    return [(label, text) for label, text in pairs if text]
