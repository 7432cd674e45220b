"""What judging costs live: per event beside a bare append of the same event, and a sweep of all open cases.

    .venv/bin/python bench/bench_judging.py                  200 cases event by event, 100,000 open cases, on SQLite
    .venv/bin/python bench/bench_judging.py --open 20000     fewer open cases

Every event is judged by itself as the follower does it (find the news, one statement for all rules of a case, compare,
write, move the cursor, commit with full sync). The peer commits the very same event and facts rows by the bare driver.
Then the events of many cases are judged in the follower's own batches. The sweep judges all open cases by all rules and
compares with what stands; once when nothing differs and once when a thousand findings were taken away.
Last, the whole way: `yichuang follow` runs as it does in service (beginning with the day's own judging of all these
cases), sixty breaches are reported at uneven times, and each is timed from the commit of its event until its finding
can be read by another connection.
Limits: the slowest finding within a second of its event, the sweep within a second.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 1.0
EVENTS_A_TURN = 70
SWEEPS = 5
TAKEN_AWAY = 1_000
BREACHES = 60
WAIT_SECONDS = 20.0
ON = date(2015, 6, 30)


def open_filings(count: int) -> Iterator[Any]:
    """Yield histories of open cases of the city, received over the last weeks; one in twenty is past its promise."""
    from yichuang.calendar.queries import get_calendar
    from yichuang.calendar.values import CHINA
    from yichuang.cases.values import ApplicantDetails, AppliedAct, Filing, acts
    from yichuang.catalogue.queries import get_terms

    calendar = get_calendar()
    offered = sorted(
        (key, terms.promised_amount)
        for key, terms in get_terms(on=ON).items()
        if terms.promised_unit == "working-days" and terms.promised_amount >= 5
    )
    applicant = ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011")
    today = calendar.ordinal(ON)
    for serial in range(count):
        (organisation, item), promised = offered[serial % len(offered)]
        used = promised + 3 if serial % 20 == 0 else serial % max(1, promised - 1)
        day = calendar.day_of(today - used)
        at = datetime(day.year, day.month, day.day, 9, serial % 60, tzinfo=CHINA)
        county = organisation[:6]
        done: list[tuple[Any, datetime]] = [
            (
                acts.Receive(
                    item=item, organisation=organisation, division=county, centre=f"{county}-centre", channel="window"
                ),
                at,
            ),
            (acts.Accept(), at + timedelta(minutes=20)),
        ]
        yield Filing(
            source="bench",
            source_key=f"B{serial:07d}",
            applicant=applicant,
            history=[AppliedAct(act, moment, moment + timedelta(minutes=1)) for act, moment in done],
        )


def measure(cases: int, opened: int) -> dict[str, Any]:
    """Measure in this process, on the database of the environment."""
    import django

    import bench_command as command

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from yichuang.calendar.values import CHINA
    from yichuang.catalogue.commands import BUNDLED as CATALOGUE
    from yichuang.catalogue.commands import load_catalogue
    from yichuang.kernel.actor import SYSTEM
    from yichuang.regions.commands import BUNDLED as REGIONS
    from yichuang.regions.commands import load_regions
    from yichuang.supervision import commands
    from yichuang.supervision.models import Finding

    call_command("migrate", verbosity=0)
    load_regions(folder=REGIONS, by=SYSTEM, at=timezone.now())
    load_catalogue(folder=CATALOGUE, by=SYSTEM, at=timezone.now())
    doors = command._bare_sqlite(Path(os.environ["YICHUANG_VAR"]))
    officer, receipt = command.employ()
    at = datetime(2015, 3, 10, 10, tzinfo=CHINA)
    command.run_commands(command.WARM_UP_CASES, by=officer, receipt=receipt)
    commands.follow(at=at)
    position = command.read_back(after=0)[2]
    judged: list[float] = []
    bare: list[float] = []
    for _ in range(0, cases, EVENTS_A_TURN // 7):
        for seconds in _event_by_event(EVENTS_A_TURN // 7, officer=officer, receipt=receipt, at=at):
            judged.append(seconds)
        events, facts, position = command.read_back(after=position)
        bare += command.run_peer(events, facts, doors)
    result: dict[str, Any] = {"judged": judged, "bare": bare, "findings": Finding.objects.count()}
    result |= _sweep(opened)
    result["whole_way"] = list(_whole_way(receipt))
    return result


def _whole_way(receipt: Any) -> Iterator[float]:
    """Report breaches while the follower runs in a process of its own; yield the seconds until each is found."""
    from django.utils import timezone

    from yichuang.cases.commands import record_histories
    from yichuang.cases.values import ApplicantDetails, AppliedAct, Filing, acts
    from yichuang.kernel.actor import SYSTEM
    from yichuang.supervision.models import Finding

    def report_breach(serial: int) -> str:
        now = timezone.now()
        history = [receipt, acts.Accept(), acts.FinishStep(step="审核", opinion="", officer="甲")]
        filing = Filing(
            source="bench-live",
            source_key=f"L{serial:04d}",
            applicant=ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011"),
            history=[AppliedAct(act, now - timedelta(minutes=9 - place), now) for place, act in enumerate(history)],
        )
        ((filed,),) = record_histories([filing], by=SYSTEM, now=now)
        assert filed.refusal is None, filed.refusal
        return filed.number

    def is_found(number: str) -> bool:
        return Finding.objects.filter(number=number, rule="opinion-missing").exists()

    def seconds_until_found(number: str) -> float:
        began = time.perf_counter()
        while not is_found(number):
            if time.perf_counter() - began > WAIT_SECONDS:
                raise SystemExit(f"no finding for {number} within {WAIT_SECONDS:g} s")
            time.sleep(0.005)
        return time.perf_counter() - began

    follower = subprocess.Popen([Path(sys.executable).parent / "yichuang", "follow"])
    try:
        seconds_until_found(report_breach(0))
        for serial in range(1, BREACHES + 1):
            # Uneven, so that the breaches fall everywhere between two looks of the follower.
            time.sleep(0.05 + serial * 37 % 60 / 100)
            yield seconds_until_found(report_breach(serial))
    finally:
        follower.terminate()
        follower.wait()


def _event_by_event(cases: int, *, officer: Any, receipt: Any, at: datetime) -> Iterator[float]:
    """Run cases and judge after every command; yield the seconds of judging alone."""
    from yichuang.calendar.values import CHINA
    from yichuang.cases import commands as doing
    from yichuang.cases.values import ApplicantDetails, acts
    from yichuang.supervision import commands

    applicant = ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011")
    start = datetime(2015, 3, 2, 9, tzinfo=CHINA)
    course: list[tuple[acts.Act, timedelta]] = [
        (acts.Accept(), timedelta(minutes=5)),
        (acts.StartStep(step="审核", officer="甲"), timedelta(hours=1)),
        (acts.FinishStep(step="审核", opinion="同意", officer="甲"), timedelta(days=2)),
        (acts.Grant(decider=officer.name, opinion="同意"), timedelta(days=3)),
        (acts.Deliver(), timedelta(days=4)),
        (acts.Close(), timedelta(days=4, hours=1)),
    ]
    for _ in range(cases):
        number = doing.receive_application(receipt=receipt, applicant=applicant, by=officer, at=start, now=start)
        for act, later in (None, timedelta()), *course:
            if act is not None:
                doing.perform(number=number, act=act, by=officer, at=start + later)
            began = time.perf_counter()
            commands.follow(at=at)
            yield time.perf_counter() - began


def _sweep(opened: int) -> dict[str, Any]:
    from yichuang.calendar.values import CHINA
    from yichuang.cases.commands import record_histories
    from yichuang.kernel.actor import SYSTEM
    from yichuang.supervision import commands
    from yichuang.supervision.models import Card, CardEvent, CardNotice, Finding

    now = datetime(ON.year, ON.month, ON.day, 18, tzinfo=CHINA)
    for batch in record_histories(open_filings(opened), by=SYSTEM, now=now):
        refused = [filed for filed in batch if filed.refusal]
        if refused:
            raise SystemExit(str(refused[0].refusal))
    began = time.perf_counter()
    events = commands.follow(at=now)
    batches = time.perf_counter() - began
    still, taken = [], []
    for _ in range(SWEEPS):
        began = time.perf_counter()
        report = commands.sweep(at=now)
        still.append(time.perf_counter() - began)
        assert (report.found, report.ended, report.changed) == (0, 0, 0), report
    standing = Finding.objects.filter(ended_at__isnull=True).count()
    for _ in range(SWEEPS):
        some = list(
            Finding.objects.filter(ended_at__isnull=True, open_case=True).values_list("pk", flat=True)[:TAKEN_AWAY]
        )
        Finding.objects.filter(pk__in=some).update(ended_at=now, end_reason="passed")
        began = time.perf_counter()
        report = commands.sweep(at=now)
        taken.append(time.perf_counter() - began)
        assert report.found == len(some), report
    assert CardEvent.objects.count() >= Card.objects.count()
    return {
        "batch_cases": events,
        "batch_seconds": batches,
        "still": still,
        "taken": taken,
        "standing": standing,
        "notices": CardNotice.objects.count(),
        "open": opened,
    }


def report(found: dict[str, Any]) -> bool:
    """Print what was measured; return whether every limit was kept."""
    judged, bare = statistics.median(found["judged"]), statistics.median(found["bare"])
    slowest = statistics.quantiles(found["judged"], n=100)[98]
    print(
        f"live    {len(found['judged'])} events  median {judged * 1e3:.2f} ms  p99 {slowest * 1e3:.2f} ms"
        f"  bare append {bare * 1e3:.2f} ms  ratio {judged / bare:.2f}  (limit {LIMIT_SECONDS:g} s)"
    )
    print(
        f"batches {found['batch_cases']} cases in {found['batch_seconds']:.1f} s:"
        f" {found['batch_seconds'] / max(1, found['batch_cases']) * 1e3:.3f} ms a case"
    )
    still, taken = statistics.median(found["still"]), statistics.median(found["taken"])
    print(
        f"sweep   {found['open']} open cases, {found['standing']} findings stand: nothing differs {still:.3f} s,"
        f" {TAKEN_AWAY} differ {taken:.3f} s  (limit {LIMIT_SECONDS:g} s)"
    )
    way = found["whole_way"]
    print(
        f"way     {len(way)} breaches, from commit to finding through `yichuang follow`: median"
        f" {statistics.median(way):.3f} s, slowest {max(way):.3f} s  (limit {LIMIT_SECONDS:g} s)"
    )
    return max(slowest, still, *way) <= LIMIT_SECONDS


def main() -> int:
    """Measure in a process and on a file of its own; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.cases, given.open)))
        return 0
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as name:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
            "YICHUANG_DATABASE_URL": f"sqlite:///{Path(name) / 'ledger.sqlite3'}",
            "YICHUANG_VAR": name,
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT), str(ROOT / "bench"))),
        }
        command = [sys.executable, __file__, "--measure", "--cases", str(given.cases), "--open", str(given.open)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    return int(not report(json.loads(done.stdout.splitlines()[-1])))


if __name__ == "__main__":
    sys.exit(main())
