"""Delays: how a planted case misses one period of the law, and nothing else. One function a kind of breach."""

from msgspec.structs import replace

from yichuang.cases.values import Limit, Unit, acts
from yichuang.scenario.domain import desk as d
from yichuang.scenario.domain.scene import Scene


def overdue(s: Scene) -> None:
    s.prepare()
    s.end(s.promised + 1 + s.turn)


def overdue_by_law(s: Scene) -> None:
    s.prepare()
    s.end(s.statutory + 1 + s.turn)


def law_ends_first(s: Scene) -> None:
    s.accept(promised=s.statutory + 6)
    s.step()
    s.end(s.statutory + 1 + s.turn)


def step_late(s: Scene) -> None:
    step = s.desk.steps[-1]
    s.accept()
    s.soon(replace(step.starts[0], limit=Limit(1, Unit.WORKING_DAYS)))
    s.do(step.finishes[0][0], 2 + s.turn, 16.0)
    s.end(5)


def accepted_late(s: Scene) -> None:
    s.do(d.ACCEPT, 6 + s.turn, 9.5)
    s.step()
    s.end(7 + s.turn)


def deemed_accepted(s: Scene) -> None:
    s.do(acts.Accept(automatic=True), 6, 8.5)
    s.step()
    s.end(7)


def notice_late(s: Scene) -> None:
    s.do(missing(s), 6 + s.turn, 9.5)
    s.do(d.TAKE_SUPPLEMENT, 7 + s.turn, 9.5)
    s.prepare()
    s.end(8 + s.turn)


def special_long(s: Scene) -> None:
    special(s, days=2, until=4 + s.turn)


def extended_late(s: Scene) -> None:
    s.prepare()
    s.do(s.papers.extension(s.words), s.promised + 1, 9.5)
    s.end(s.promised + 2)


def extended_long(s: Scene) -> None:
    extended(s, replace(s.papers.extension(s.words), days=12))


def extended_twice(s: Scene) -> None:
    extended(s, s.papers.extension(s.words), s.papers.extension(s.words))


def extended_alone(s: Scene) -> None:
    extended(s, replace(s.papers.extension(s.words), approved_by=""))


def delivered_late(s: Scene) -> None:
    s.prepare()
    s.end(1, deliver=11 + s.turn)


def forwarded_late(s: Scene) -> None:
    s.prepare()
    forward = acts.Forward(to_organisation=s.offer.above, reason=s.words.forwarded)
    s.do(forward, 21, 10.0)


def consulted_slowly(s: Scene) -> None:
    asked = other(s)
    s.prepare()
    s.do(acts.Consult(organisation=asked, question=s.words.consulted), 1, 9.5)
    s.do(acts.AnswerConsultation(organisation=asked, answer=s.words.answered), 9, 9.5)
    s.end(9)


def other(s: Scene) -> str:
    """Return another organisation of the place."""
    asked = f"{s.receive.division}-zhujian"
    return asked if asked != s.receive.organisation else f"{s.receive.division}-guotu"


def missing(s: Scene) -> acts.RequestSupplement:
    materials = s.offer.materials or s.words.supplements
    return acts.RequestSupplement(missing=materials[:1])


def special(s: Scene, *, days: int, until: int, number: str | None = None) -> None:
    begin = s.papers.special(s.offer.special[0], s.words.special, days=days)
    s.prepare()
    s.soon(begin if number is None else replace(begin, document_number=number))
    s.do(acts.EndSpecialProcedure(result=s.words.special_done), until, 10.0)
    s.end(until + 1)


def extended(s: Scene, *extensions: acts.Extend) -> None:
    s.prepare()
    for extension in extensions:
        s.soon(extension)
    s.end(1)
