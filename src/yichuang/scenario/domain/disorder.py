"""Disorder: how a planted case breaks the order of its steps, says too little, or lacks authority. One kind each."""

from msgspec.structs import replace

from yichuang.cases.values import acts
from yichuang.scenario.domain import desk as d
from yichuang.scenario.domain.delays import missing, other, special
from yichuang.scenario.domain.scene import Scene

_STRANGER = "（名单以外）"


def asked_twice(s: Scene) -> None:
    s.soon(missing(s))
    s.do(missing(s), 1, 9.5)
    s.do(d.TAKE_SUPPLEMENT, 2, 9.5)
    s.prepare()
    s.end(3)


def asked_after(s: Scene) -> None:
    s.accept()
    s.soon(missing(s))
    s.do(d.TAKE_SUPPLEMENT, 1, 9.0)
    s.step()
    s.end(1 + s.promised - 2)


def supplied_unasked(s: Scene) -> None:
    s.soon(d.TAKE_SUPPLEMENT)
    s.prepare()
    s.end(1)


def special_untold(s: Scene) -> None:
    special(s, days=4, until=4, number="")


def special_endless(s: Scene) -> None:
    special(s, days=0, until=4)


def decided_first(s: Scene) -> None:
    s.soon(s.decided())
    s.do(d.ACCEPT, 1, 9.0)
    if s.desk.document:
        s.do(s.certificate, 1, 9.5)
    s.do(d.DELIVER["window"], 1, 10.0)
    s.do(d.CLOSE, 1, 10.1)


def certified_first(s: Scene) -> None:
    s.prepare()
    s.soon(s.certificate)
    s.do(s.decided(), 1, 10.0)
    s.do(d.DELIVER["window"], 1, 15.0)
    s.do(d.CLOSE, 1, 15.1)


def delivered_first(s: Scene) -> None:
    s.prepare()
    s.soon(d.DELIVER["window"])
    s.do(s.decided(), 1, 10.0)
    s.do(d.CLOSE, 1, 10.2)


def undecided(s: Scene) -> None:
    s.prepare()
    s.do(acts.Close(result="other"), 1, 15.0)


def reviewed_alone(s: Scene) -> None:
    s.accept()
    on = s.at(0, 0.0).date()
    s.soon(acts.ReviewOnSite(on=on, participants=(s.desk.sections[0],), minutes="现场查看", conclusion="符合条件"))
    s.step()
    s.end(1)


def no_reasons(s: Scene) -> None:
    s.prepare()
    s.end(1, decision=s.papers.refusal(replace(s.desk.refused[0], reason="")))


def no_remedies(s: Scene) -> None:
    s.prepare()
    s.end(1, decision=s.papers.refusal(replace(s.desk.refused[0], remedies="")))


def unnumbered(s: Scene) -> None:
    s.prepare()
    s.end(1, decision=s.desk.refused[0])


def no_opinion(s: Scene) -> None:
    s.accept()
    s.step(opinion="")
    s.end(1)


def long_promise(s: Scene) -> None:
    s.accept(promised=s.statutory + 1 + s.turn)
    s.step()
    s.end(1)


def nobody_decided(s: Scene) -> None:
    s.prepare()
    s.end(1, decision=replace(s.decided(), decider=""))


def stranger_decided(s: Scene) -> None:
    s.prepare()
    s.end(1, decision=replace(s.decided(), decider=f"{s.desk.leaders[0]}{_STRANGER}"))


def to_and_fro(s: Scene) -> None:
    step = s.desk.steps[-1]
    s.accept()
    # Every time back to the window before it is sent off again.
    for _ in range(3):
        s.soon(replace(step.starts[0], organisation=other(s), limit=None), 0.5)
        s.soon(step.finishes[0][0], 0.5)
    s.end(1)
