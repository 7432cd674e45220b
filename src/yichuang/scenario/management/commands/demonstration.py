"""`yichuang demonstration`: fills an empty installation so that its first page has figures; quick when it has."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.commands import ensure_demonstration_accounts
from yichuang.catalogue.commands import BUNDLED as CATALOGUE
from yichuang.catalogue.commands import load_catalogue
from yichuang.feedback import commands as feedback
from yichuang.halls import commands as halls
from yichuang.kernel.actor import SYSTEM
from yichuang.regions.commands import BUNDLED as REGIONS
from yichuang.regions.commands import load_regions
from yichuang.scenario.cards_live import play_cards
from yichuang.scenario.commands import build_scenario
from yichuang.scenario.live import file_live

_FIRST = 6_000


class Command(BaseCommand):
    """Loads regions, catalogue and accounts, then the first part of the half-year; tables must stand."""

    help = _("载入演示数据：区划、事项目录、演示账号和首批办件")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many cases come first."""
        parser.add_argument("--first", type=int, default=_FIRST, help=_("首批办件数，均匀分布于全期"))
        parser.add_argument("--name", default="ankang-2015h1")
        parser.add_argument("--seed", type=int, default=2015)
        parser.add_argument("--scale", type=float, default=1.0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring everything up to date, and say what was done."""
        started = time.perf_counter()
        at = timezone.now()
        changed = load_regions(folder=REGIONS, by=SYSTEM, at=at).is_changed
        loaded = load_catalogue(folder=CATALOGUE, by=SYSTEM, at=at)
        ensure_demonstration_accounts(at=at)
        halls.ensure_demonstration(at=at)
        feedback.ensure_demonstration(at=at)
        chosen = {key: options[key] for key in ("name", "seed", "scale", "first")}
        report = build_scenario(**chosen, at=timezone.now())
        if file_live(now=timezone.now()):
            play_cards(now=timezone.now())
        if changed or loaded.implementation_items or report.filed:
            self.stdout.write(
                _("演示数据：实施清单{items}项，首批办件{filed}件，用时{seconds}秒").format(
                    items=loaded.implementation_items,
                    filed=report.filed,
                    seconds=f"{time.perf_counter() - started:.1f}",
                )
            )
        for refusal in report.refusals:
            self.stderr.write(refusal)
