"""`yichuang node …`: sets this installation up among the nodes, shows how things stand, and settles conflicts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from yichuang.exchange.carriers import cli as carrying
from yichuang.exchange.management.commands.quarantine import who
from yichuang.exchange.management.connecting.bars import bar_for
from yichuang.exchange.nodes import configuration, declaring, keyring, outgoing, showing
from yichuang.exchange.nodes.conflicts import get_conflict, list_conflicts, settle_conflict
from yichuang.exchange.nodes.fetching import fetch_belongings
from yichuang.exchange.nodes.handing import hand_over, take_over
from yichuang.exchange.nodes.pruning import KEEP_DAYS, prune
from yichuang.exchange.nodes.requests import ACTS, list_requests, request_act
from yichuang.exchange.nodes.rotating import rotate_key
from yichuang.exchange.values import (
    CHOICES,
    CONFLICT_LABELS,
    LEVEL_LABELS,
    LEVELS,
    REQUEST_LABELS,
    ConflictRow,
    ConflictState,
    LinkLine,
    RequestUnfit,
)
from yichuang.kernel.words import N_

KEY_DAYS = 3 * 366


class Command(BaseCommand):
    """One act a call."""

    help = _(
        "交换节点：建立（init、card、meet、rotate）、运行（run）、查看（status、conflicts）、处理（settle、request）"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and what it needs."""
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("init", help=_("把本系统建成一个节点：写出节点配置和签名密钥"))
        one.add_argument("name", help=_("节点名称：小写字母、数字和连字符，如 ziyang"))
        one.add_argument("--level", required=True, choices=LEVELS)
        one.add_argument("--parent", default="", help=_("上级节点的名称；最上级不写"))
        one.add_argument("--title", default="", help=_("显示名称，如 紫阳县"))
        one.add_argument("--url", default="", help=_("上下级节点从何处访问本节点"))
        one.add_argument("--serials", default="", help=_("本节点的办件流水号段，如 10000-19999，各节点不得重叠"))
        one.add_argument("--division", action="append", default=[], help=_("区划代码，可多次"))
        one.add_argument("--days", type=int, default=KEY_DAYS, help=_("密钥的有效天数"))
        acts.add_parser("card", help=_("写出本节点的名片（公钥在内），交给其他节点登记"))
        one = acts.add_parser("meet", help=_("登记其他节点的名片；再次登记即更新"))
        one.add_argument("cards", type=Path, nargs="+")
        acts.add_parser("keys", help=_("本节点和其他节点的密钥及有效期"))
        one = acts.add_parser("rotate", help=_("更换签名密钥：由旧钥签名通告各节点"))
        one.add_argument("--days", type=int, default=KEY_DAYS)
        one.add_argument("--lost", action="store_true", help=_("旧钥已丢失：不通告，名片须另行送达"))
        acts.add_parser("status", help=_("各节点的连接、积压、延迟、时钟偏差、密钥和完整率"))
        one = acts.add_parser("conflicts", help=_("待处理的冲突；给出编号则显示双方的分支"))
        one.add_argument("conflict", type=int, nargs="?", default=0)
        one.add_argument("--all", action="store_true", help=_("包括已处理的"))
        one = acts.add_parser("settle", help=_("处理冲突"))
        one.add_argument("conflict", type=int)
        one.add_argument("choice", choices=list(CHOICES))
        one = acts.add_parser("request", help=_("请办理节点办理一个动作；不写动作则列出请求"))
        one.add_argument("number", nargs="?", default="")
        one.add_argument("act_name", nargs="?", default="", metavar=_("动作"), help="、".join(sorted(ACTS)))
        one.add_argument("fields", nargs="*", metavar=_("字段=值"))
        for name, purpose in (
            ("hand-over", _("把办件移交给其他节点")),
            ("take-over", _("从失联或停用的下级节点接办办件")),
        ):
            one = acts.add_parser(name, help=purpose)
            one.add_argument("number")
            if name == "hand-over":
                one.add_argument("to_node")
            one.add_argument("--reason", required=True)
        one = acts.add_parser("fetch", help=_("从曾经办理的节点取来办件的表单和材料（移交时自动进行）"))
        one.add_argument("number")
        one = acts.add_parser("declare", help=_("向上级申报已结束各日的事件数"))
        one.add_argument("--today", action="store_true", help=_("包括今天到目前为止的"))
        one = acts.add_parser("renumber", help=_("由备份恢复之后：待发信封从对方所要的编号起重新编号"))
        one.add_argument("peer")
        one.add_argument("start", type=int)
        one = acts.add_parser("prune", help=_("清理发件箱：删除对方早已确认的信封"))
        one.add_argument("--days", type=int, default=KEEP_DAYS, help=_("保留确认后的天数，默认180"))
        one.add_argument("--dry-run", action="store_true", help=_("只计数，不删除"))
        carrying.add_parsers(acts)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        if not carrying.handle(options, self.stdout):
            getattr(self, f"_{options['act'].replace('-', '_')}")(options)

    # --- setting up ---------------------------------------------------------------------------------------------------

    def _init(self, options: dict[str, Any]) -> None:
        path = Path(settings.NODE_FILE)
        if path.exists():
            raise CommandError(_("{file} 已经存在；请直接修改它").format(file=path), returncode=2)
        first, dash, last = options["serials"].partition("-")
        if options["serials"] and not (dash and first.isdecimal() and last.isdecimal()):
            raise CommandError(_("号段写成 起-止，如 10000-19999"), returncode=2)
        written = configuration.NodeFile(
            name=options["name"],
            level=options["level"],
            parent=options["parent"],
            title=options["title"],
            url=options["url"],
            divisions=tuple(options["division"]),
            serials=(int(first), int(last)) if dash else (),
            # The tree must stand before the parent's card is here; its level and keys come with that.
            peers=(configuration.PeerCard(name=options["parent"], level=_above(options["level"])),)
            if options["parent"]
            else (),
        )
        configuration.parse(configuration.as_yaml(written), file=str(path))
        card = keyring.make_key(valid_until=_until(options["days"]))
        keyring.use_key(card)
        configuration.write(path, written)
        self.stdout.write(_("节点 {name} 已建立：{file}，密钥 {key}").format(name=written.name, file=path, key=card.id))
        self.stdout.write(_("请把 yichuang node card 的输出交给上下级节点，并登记他们的名片（yichuang node meet）"))

    def _card(self, options: dict[str, Any]) -> None:
        written = configuration.read_file(Path(settings.NODE_FILE))
        card = written.card(keyring.own_keys())
        self.stdout.write(configuration.as_yaml(card), ending="")

    def _meet(self, options: dict[str, Any]) -> None:
        path = Path(settings.NODE_FILE)
        written = configuration.read_file(path)
        cards = [card for card in map(_card_of, options["cards"]) if card.name != written.name]
        new = {card.name for card in cards}
        kept = [peer for peer in written.peers if peer.name not in new]
        # All together: a town's card alone would have no county above it.
        configuration.write(path, msgspec.structs.replace(written, peers=(*kept, *cards)))
        for card in cards:
            for key in card.keys:
                self.stdout.write(
                    _("已登记 {name}（{level}），密钥 {key}，有效至 {until}").format(
                        name=card.name, level=_(LEVEL_LABELS[card.level]), key=key.id, until=_day(key.valid_until)
                    )
                )
        self.stdout.write(_("请与对方当面或电话核对密钥标识；不符的请勿使用"))

    def _keys(self, options: dict[str, Any]) -> None:
        config = configuration.current()
        table = Table(_("节点"), _("密钥"), _("有效至"), _("用途"))
        own = keyring.own_keys()
        for card in own:
            table.add_row(config.name, card.id, _day(card.valid_until), _("签名") if card is own[-1] else _("已更换"))
        for peer in config.peers:
            key_id, until = keyring.newest_key(config, peer.name)
            table.add_row(peer.name, key_id or _("没有"), _day(until), _("核验"))
        _print(table)

    def _rotate(self, options: dict[str, Any]) -> None:
        card = rotate_key(at=timezone.now(), valid_until=_until(options["days"]), announce=not options["lost"])
        self.stdout.write(_("新密钥 {key}，有效至 {until}").format(key=card.id, until=_day(card.valid_until)))
        if options["lost"]:
            self.stdout.write(_("请把 yichuang node card 的输出当面交给各节点登记"))

    # --- showing ------------------------------------------------------------------------------------------------------

    def _status(self, options: dict[str, Any]) -> None:
        config = configuration.current()
        self.stdout.write(f"{config.name} {config.title}（{_(LEVEL_LABELS[config.level])}）")
        heads = _("节点 连接 最近收到 待发 延迟 等待 拒收 时钟差 密钥至 完整率")
        table = Table(*heads.split(), box=None, padding=(0, 2, 0, 0))
        rows = showing.list_nodes()
        for row in rows:
            table.add_row(
                f"{row.name} {row.title}",
                "—" if row.connected is None else _("通") if row.connected else _("断"),
                f"{timezone.localtime(row.last_received_at):%m-%d %H:%M}" if row.last_received_at else "—",
                str(row.backlog),
                _("{seconds}秒").format(seconds=row.delay_seconds or 0) if row.neighbour else "—",
                str(row.waiting),
                str(row.refused),
                "—" if row.skew_seconds is None else f"{row.skew_seconds:+d}",
                _day(row.key_valid_until),
                "—" if row.complete_permille is None else f"{row.complete_permille / 10:.1f}%",
            )
        _print(table)
        for row in rows:
            if row.error:
                self.stdout.write(f"{row.name}: {row.error}")
        for origin, number, _kind, state, reason in showing.list_held(limit=20):
            self.stdout.write(f"{origin} #{number} {state}: {reason}")

    def _conflicts(self, options: dict[str, Any]) -> None:
        if options["conflict"]:
            row = get_conflict(options["conflict"])
            self._tell(row)
            for title, lines in ((_("本节点的分支"), row.ours), (_("对方的分支"), row.theirs)):
                if lines:
                    self.stdout.write(title)
                for line in lines:
                    self._branch(line)
            return
        rows = list_conflicts(everything=options["all"])
        for row in rows:
            self._tell(row)
        if not rows:
            self.stdout.write(_("没有待处理的冲突"))

    def _tell(self, row: ConflictRow) -> None:
        settled = "" if row.state is ConflictState.OPEN else f" {_(CHOICES[row.choice])} {row.by}"
        place = "" if not row.seq else " " + _("自第{seq}个事件起").format(seq=row.seq)
        self.stdout.write(f"#{row.id} {_(CONFLICT_LABELS[row.kind])} {row.number} {row.node}{place}{settled}")
        if row.words:
            self.stdout.write(f"    {row.words}")

    def _branch(self, line: LinkLine) -> None:
        at = timezone.localtime(line.source_at)
        self.stdout.write(f"    {line.seq:>3} {at:%Y-%m-%d %H:%M} {line.name} {line.actor} {line.hash[:16]}")

    # --- settling -----------------------------------------------------------------------------------------------------

    def _settle(self, options: dict[str, Any]) -> None:
        settle_conflict(conflict=options["conflict"], choice=options["choice"], by=who(), at=timezone.now())
        self.stdout.write(_("第{conflict}号冲突已处理").format(conflict=options["conflict"]))

    def _request(self, options: dict[str, Any]) -> None:
        if not options["act_name"]:
            for row in list_requests(number=options["number"]):
                self.stdout.write(
                    f"#{row.id} {row.number} {row.act} {row.node} {_(REQUEST_LABELS[row.state])} {row.words}"
                )
            return
        kind = ACTS.get(options["act_name"])
        if kind is None:
            raise CommandError(_("没有动作 {act}").format(act=options["act_name"]), returncode=2)
        pairs = [text.partition("=") for text in options["fields"]]
        try:
            act = msgspec.convert({name: value for name, _sign, value in pairs}, kind, strict=False)
        except msgspec.MsgspecError as error:
            raise RequestUnfit(act=options["act_name"], reason=str(error)) from error
        row_id = request_act(number=options["number"], act=act, by=who(), at=timezone.now())
        self.stdout.write(
            _("第{request}号请求已发出，答复到达后可用 yichuang node request 查看").format(request=row_id)
        )

    def _hand_over(self, options: dict[str, Any]) -> None:
        done = {"number": options["number"], "reason": options["reason"], "by": who(), "at": timezone.now()}
        hand_over(to_node=options["to_node"], **done)
        self.stdout.write(_("办件{number}已移交{node}").format(number=options["number"], node=options["to_node"]))

    def _take_over(self, options: dict[str, Any]) -> None:
        take_over(number=options["number"], reason=options["reason"], by=who(), at=timezone.now())
        self.stdout.write(_("办件{number}现由本节点办理").format(number=options["number"]))

    def _fetch(self, options: dict[str, Any]) -> None:
        nodes = fetch_belongings(number=options["number"], at=timezone.now())
        self.stdout.write(
            _("已向{nodes}索取办件{number}的表单和材料").format(nodes="、".join(nodes), number=options["number"])
        )

    def _declare(self, options: dict[str, Any]) -> None:
        days = declaring.declare(at=timezone.now(), today=options["today"])
        self.stdout.write(_("已申报{days}天").format(days=days))

    def _renumber(self, options: dict[str, Any]) -> None:
        count = outgoing.renumber(options["peer"], start=options["start"], at=timezone.now())
        self.stdout.write(_("已重新编号{count}封").format(count=count))

    def _prune(self, options: dict[str, Any]) -> None:
        dry = options["dry_run"]
        with bar_for("prune") as report:
            found = prune(
                at=timezone.now(),
                days=options["days"],
                dry_run=dry,
                progress=lambda done, of: report(N_("删除"), done, of),
            )
        said = _("可删除{count}封，共{size}MB") if dry else _("已删除{count}封，共{size}MB")
        self.stdout.write(said.format(count=found.envelopes, size=f"{found.size / 1_000_000:.1f}"))


def _print(table: Table) -> None:
    console = Console()
    # Rather a line that the terminal wraps than names and numbers cut off.
    console.width = max(console.width, 120)
    console.print(table)


def _card_of(file: Path) -> configuration.PeerCard:
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise CommandError(_("不能打开名片 {file}：{reason}").format(file=file, reason=error), returncode=2) from error
    card: configuration.PeerCard = configuration.convert(text, configuration.PeerCard, file=str(file))
    return card


def _above(level: str) -> str:
    return LEVELS[max(0, LEVELS.index(level) - 1)]


def _until(days: int) -> Any:
    return (timezone.now() + timedelta(days=days)).replace(microsecond=0)


def _day(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else "—"
