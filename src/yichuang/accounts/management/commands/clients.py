"""`yichuang clients add|list|revoke|renew`: registers other systems as clients of the API."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.commands import register_system, renew_system_secret, revoke_system
from yichuang.accounts.queries import list_systems
from yichuang.accounts.values import Area, NewSystem, SystemScope
from yichuang.kernel.actor import Actor


class Command(BaseCommand):
    """One act a call; a secret is shown once, when it is made."""

    help = _("接入系统：登记（add）、查看（list）、停用（revoke）、更换密钥（renew）使用接口的其他系统")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("add", help=_("登记一个系统，显示其标识和密钥"))
        one.add_argument("name", help=_("系统名称"))
        one.add_argument("--source", required=True, help=_("它报送的办件在账本中的来源名称，如 county-ziyang"))
        one.add_argument("--scopes", required=True, help=_("权限范围，用逗号分开：") + "、".join(SystemScope))
        one.add_argument("--division", default="", help=_("限定区划，如 610924"))
        one.add_argument("--organisation", default="", help=_("限定部门，如 610924-guotu"))
        one.add_argument("--rate", type=int, default=600, help=_("每分钟最多请求数"))
        acts.add_parser("list", help=_("列出全部系统"))
        for act, help_text in (
            ("revoke", _("立即停用，令牌一并作废")),
            ("renew", _("更换密钥，旧令牌作废")),
        ):
            acts.add_parser(act, help=help_text).add_argument("client", help=_("系统标识"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        getattr(self, f"_{options['act']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        self._show(
            register_system(
                name=options["name"],
                source=options["source"],
                scopes=tuple(one.strip() for one in options["scopes"].split(",") if one.strip()),
                area=Area(division=options["division"], organisation=options["organisation"]),
                rate_per_minute=options["rate"],
                by=_operator(),
                at=timezone.now(),
            )
        )

    def _renew(self, options: dict[str, Any]) -> None:
        self._show(renew_system_secret(client=options["client"]))

    def _show(self, made: NewSystem) -> None:
        self.stdout.write(f"client_id     {made.row.client}")
        self.stdout.write(f"client_secret {made.secret}")
        self.stdout.write(_("密钥只显示这一次，请妥善保存。"))

    def _revoke(self, options: dict[str, Any]) -> None:
        row = revoke_system(client=options["client"], by=_operator(), at=timezone.now())
        self.stdout.write(_("已停用：{name}").format(name=row.name))

    def _list(self, _options: dict[str, Any]) -> None:
        for row in list_systems():
            area = row.area.organisation or row.area.division or _("全市")
            state = _("已停用") if row.revoked_at else _("在用")
            self.stdout.write(
                f"{row.client}  {row.source}  {row.name}  {area}  {state}  {' '.join(sorted(row.scopes))}"
            )


def _operator() -> Actor:
    name = getpass.getuser()
    return Actor(id=f"operator:{name}", name=name)
