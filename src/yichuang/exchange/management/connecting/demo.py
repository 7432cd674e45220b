"""`yichuang connect demo`: fills a database with the exchange tables of an invented county, to try a connection on."""

import os
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from yichuang.exchange.invented.filling import fill
from yichuang.exchange.reading.tables.environment import expand_url, hide_secrets

_SINCE = date(2015, 3, 2)


def add(acts: Any, name: str) -> None:
    """Name the arguments."""
    one = acts.add_parser(name, help=_("把一个虚构县的对接库表写入指定的空数据库，供试接"))
    one.add_argument("--into", required=True, metavar="URL", help=_("数据库URL；口令可写成${NAME}"))
    one.add_argument("--vendor", choices=("a", "b", "c"), default="a", help=_("哪一家虚构厂商的写法"))
    one.add_argument("--cases", type=int, default=200, help=_("办件数"))
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--since", type=date.fromisoformat, default=_SINCE, help=_("第一件的日期"))


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Fill; all cases, people and numbers are invented."""
    url = expand_url(options["into"], os.environ).render_as_string(hide_password=False)
    planted = fill(url, vendor=options["vendor"], cases=options["cases"], seed=options["seed"], since=options["since"])
    command.stdout.write(
        _("已写入{url}：{cases}件虚构办件").format(url=hide_secrets(options["into"]), cases=len(planted.cases))
    )
