"""Files: everything about one matter, with its history, for those who handle it and for whoever brought it."""

from dataclasses import replace
from datetime import date

from yichuang.feedback.domain import refusals as r
from yichuang.feedback.models import Appeal, Matter, MatterStep, Party
from yichuang.feedback.numbers import tidy
from yichuang.feedback.rows import appeal_row, matter_row, possible, rating_row, step_line
from yichuang.feedback.values import MatterFile
from yichuang.kernel.masking import mask_name, mask_phone


def get_file(*, number: str, on: date, personal: bool) -> MatterFile:
    """Return one matter (five queries at most); name and phone masked unless `personal`.

    Refuses with `MatterNotKnown`.
    """
    matter = Matter.objects.select_related("rating").filter(number=tidy(number)).first()
    if matter is None:
        raise r.MatterNotKnown(number=number)
    appeal = None
    if matter.rating is not None:
        appeal = Appeal.objects.select_related("order__rating").filter(order=matter).first()
    party = Party.objects.filter(matter=matter).first()
    name, phone = (party.name, party.phone) if party else ("", "")
    return MatterFile(
        row=matter_row(matter, on=on),
        text=matter.text,
        about=matter.about,
        target=matter.target,
        answer=matter.answer,
        correction=matter.correction,
        may_publish=matter.may_publish,
        name=name if personal else mask_name(name),
        phone=phone if personal else mask_phone(phone),
        steps=tuple(step_line(step) for step in MatterStep.objects.filter(matter=matter).order_by("seq")),
        possible=possible(
            matter, appealed=appeal is not None, appeal_pending=appeal is not None and appeal.decided_at is None
        ),
        rating=rating_row(matter.rating, order=matter.number) if matter.rating else None,
        appeal=appeal_row(appeal, on=on) if appeal else None,
    )


def for_the_asker(file: MatterFile) -> MatterFile:
    """Return what of a file its own asker sees: the course and the answer, not the notes that staff made meanwhile."""
    # What is said to the asker stands in these; the others are the handlers' own notes.
    spoken = {"answer", "amend", "reply", "refuse", "refer", "extend", "withdraw", "feed-back"}
    lines = tuple(line if line.step.value in spoken else replace(line, text="") for line in file.steps)
    return replace(file, steps=lines, possible=())
