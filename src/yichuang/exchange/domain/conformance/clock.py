"""The clock: whether the times of a source look like its own office's, and how late they reach us."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from yichuang.exchange.domain.conformance.report import ClockDoubt, Delay
from yichuang.exchange.domain.conformance.standard import Standard
from yichuang.exchange.domain.ordering import Dated
from yichuang.kernel.words import N_

OFFICE = ZoneInfo("Asia/Shanghai")
_OFFICE_HOURS = range(8, 18)
_NIGHT_HOURS = (*range(22, 24), *range(6))
_SHIFTS = (8, -8)
_FEWEST = 20

AS_UTC = N_("时刻整体早8小时，像是按UTC写的：请把zone写成UTC，或请来源系统改为北京时间")
AS_AHEAD = N_("时刻整体晚8小时，像是换算了两次时区：请核对zone")
TWELVE_HOURS = N_("没有13时以后的时刻，却有很多1时至6时的：像是12小时制丢了上午、下午")
AT_NIGHT = N_("夜间的时刻很多：请核对时区和时间写法；确实如此的，多为夜间批量补录")
ONLY_DAYS = N_("时刻几乎都是零点：来源只记日期，当日内的先后和小时级时限无法判断")


def doubt_clock(history: Iterable[Dated], standard: Standard, *, date_only: Sequence[str] = ()) -> ClockDoubt:
    """Return what the times of day look like; `date_only` are times of day that the mapping puts for days alone."""
    put = set(date_only)
    hours: Counter[int] = Counter()
    by_column: dict[str, Counter[int]] = {}
    midnight = instants = 0
    for one in history:
        local = one.at.astimezone(OFFICE)
        if f"{local:%H:%M}" in put and local.second == 0:
            continue
        instants += 1
        midnight += local.hour == local.minute == local.second == 0
        hours[local.hour] += 1
        by_column.setdefault(one.field, Counter())[local.hour] += 1
    if not instants:
        return ClockDoubt()
    night, office = _share(hours, _NIGHT_HOURS), _share(hours, _OFFICE_HOURS)
    found = ClockDoubt(instants=instants, night=night, office=office)
    if instants < _FEWEST:
        return found
    doubt, shift, column = _doubt(hours, by_column, standard, midnight=midnight * 2 > instants)
    return ClockDoubt(instants=instants, night=night, office=office, shift_hours=shift, doubt=doubt, column=column)


def _doubt(
    hours: Counter[int], by_column: dict[str, Counter[int]], standard: Standard, *, midnight: bool
) -> tuple[str, int, str]:
    """Return what is strange, the shift in hours that would put it right, and the column where only one is."""
    if midnight:
        return ONLY_DAYS, 0, ""
    for column, counted in (("", hours), *sorted(by_column.items())):
        if sum(counted.values()) >= _FEWEST and (shift := shift_of(counted, standard)):
            return (AS_UTC if shift > 0 else AS_AHEAD), shift, column
    early = _share(hours, range(1, 7)) >= standard.permille("night")
    if early and not any(hours[hour] for hour in range(13, 24)):
        return TWELVE_HOURS, 0, ""
    at_night = _share(hours, _NIGHT_HOURS) >= standard.permille("night")
    return (AT_NIGHT if at_night else ""), 0, ""


def measure_delay(history: Iterable[Dated], standard: Standard) -> Delay:
    """Return how late acts arrived, for those whose arrival the source itself says."""
    delays: list[timedelta] = sorted(one.received_at - one.at for one in history if one.received_at is not None)
    if not delays:
        return Delay()
    late = sum(one > standard.back_filled_after for one in delays)
    ahead = sum(one < timedelta(0) for one in delays)
    return Delay(measured=len(delays), p50=_at(delays, 0.5), p95=_at(delays, 0.95), ahead=ahead, back_filled=late)


def _at(delays: Sequence[timedelta], share: float) -> int:
    return int(delays[min(int(share * len(delays)), len(delays) - 1)].total_seconds())


def _share(hours: Counter[int], wanted: Iterable[int]) -> int:
    return 1000 * sum(hours[hour] for hour in wanted) // max(sum(hours.values()), 1)


def shift_of(hours: Counter[int], standard: Standard) -> int:
    """Return the shift in hours that turns the hours of a strange clock into office time; 0 where none does."""
    if _share(hours, _OFFICE_HOURS) >= 600:
        return 0
    for shift in _SHIFTS:
        moved = Counter({(hour + shift) % 24: number for hour, number in hours.items()})
        if _share(moved, _OFFICE_HOURS) >= standard.permille("shifted"):
            return shift
    return 0
