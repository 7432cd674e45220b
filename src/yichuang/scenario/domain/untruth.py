"""Untruth: how a planted case takes a wrong fee, or how its record cannot be true. One function a kind of breach."""

from yichuang.cases.values import acts
from yichuang.kernel.crypto import sm3
from yichuang.scenario.domain import desk as d
from yichuang.scenario.domain.scene import Planted, Scene

LATE_ENTRY_DAYS = 5


def unlisted_fee(s: Scene) -> None:
    _charged(s, "咨询服务费", 5_000, paid=True)


def high_fee(s: Scene) -> None:
    fee = next(fee for fee in s.offer.fees if fee.most_fen)
    _charged(s, fee.name, (fee.most_fen or 0) + 2_000, paid=True)


def unpaid_fee(s: Scene) -> None:
    fee = next(fee for fee in s.offer.fees if fee.most_fen)
    _charged(s, fee.name, fee.most_fen or 0, paid=False)


def no_fee(s: Scene) -> None:
    s.prepare()
    s.end(1, close=acts.Close(fee="0"))


def in_seconds(s: Scene) -> None:
    s.accept()
    s.soon(s.decided(), 0.04)
    if s.desk.document:
        s.soon(s.certificate)
    s.soon(d.DELIVER["window"])
    s.soon(d.CLOSE)


def on_day_off(s: Scene) -> None:
    s.prepare()
    at, after = s.day_off(10.0)
    s.do_at(s.decided(), at)
    if s.desk.document:
        s.do(s.certificate, after, 9.0)
    s.do(d.DELIVER["window"], after, 9.5)
    s.do(d.CLOSE, after, 9.6)


def at_night(s: Scene) -> None:
    s.prepare()
    s.do(s.decided(), 0, 23.0 + s.turn / 10)
    if s.desk.document:
        s.do(s.certificate, 1, 9.0)
    s.do(d.DELIVER["window"], 1, 9.5)
    s.do(d.CLOSE, 1, 9.6)


def in_order(s: Scene) -> None:
    s.prepare()
    s.end(1)


def one_missing(s: Scene) -> None:
    s.take_materials(leave_out=1)
    in_order(s)


def no_file(s: Scene) -> None:
    s.take_materials(way="upload")
    in_order(s)


def same_file(s: Scene) -> None:
    s.take_materials(way="upload", digest=shared_digest(s.planted))
    in_order(s)


def in_bulk(s: Scene) -> None:
    """End in the same minute as the others of the group, ten seconds and more apart."""
    s.prepare()
    day = s.planted.day - s.first
    hour = 16.5 + s.planted.member / 3600
    s.do(s.decided(), day, hour)
    if s.desk.document:
        s.do(s.certificate, day, hour + 10 / 3600)
    s.do(d.DELIVER["window"], day, hour + 20 / 3600)
    s.do(d.CLOSE, day, hour + 30 / 3600)


def _charged(s: Scene, name: str, fen: int, *, paid: bool) -> None:
    s.accept()
    s.soon(acts.ChargeFee(name=name, amount=f"{fen // 100}.{fen % 100:02d}"))
    if paid:
        s.soon(acts.PayFee(receipt_number=s.papers.number("票"), name=name))
    s.step()
    s.end(1)


def shared_digest(planted: Planted) -> str:
    """Return the digest of the file that a group of planted cases shares."""
    return sm3(f"shared file {planted.number}".encode()).hex()
