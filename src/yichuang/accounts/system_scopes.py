"""What a system may be allowed to do by the API; where it may, its area says. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yichuang.accounts.scopes import Area, Scope
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class SystemScope(StrEnum):
    """One thing that a token may be good for (RFC 6749, 3.3)."""

    READ_CASES = "cases:read"
    READ_PERSONAL = "cases:personal"
    WRITE_CASES = "cases:write"
    READ_EVENTS = "events:read"
    READ_ITEMS = "items:read"
    READ_FIGURES = "figures:read"
    READ_FINDINGS = "findings:read"
    READ_CERTIFICATES = "certificates:read"
    READ_EXPORTS = "exports:read"
    MANAGE_WEBHOOKS = "webhooks:manage"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _LABELS[self]


_LABELS = {
    SystemScope.READ_CASES: N_("查询办件（个人信息脱敏）"),
    SystemScope.READ_PERSONAL: N_("查询办件中的个人信息"),
    SystemScope.WRITE_CASES: N_("报送办件"),
    SystemScope.READ_EVENTS: N_("读取办件事件"),
    SystemScope.READ_ITEMS: N_("查询事项"),
    SystemScope.READ_FIGURES: N_("查询统计数"),
    SystemScope.READ_FINDINGS: N_("查询监察发现的问题"),
    SystemScope.READ_CERTIFICATES: N_("查询和核验证照"),
    SystemScope.READ_EXPORTS: N_("导出事件日志"),
    SystemScope.MANAGE_WEBHOOKS: N_("管理推送订阅"),
}


class SystemUnknown(Refusal):
    """No client of the API has this identifier."""

    sentence = N_("没有标识为“{client}”的接入系统")
    remedy = N_("请用 yichuang clients list 查看已登记的系统")


class SystemSourceTaken(Refusal):
    """Another client already reports under this name; cases of two systems must never mix."""

    sentence = N_("来源名称“{source}”已经登记给另一个系统")
    remedy = N_("请另取名称，或先确认是否重复登记")


class SystemIncomplete(Refusal):
    """A client without a name, with a source that is none, or that may do nothing."""

    sentence = N_("接入系统的登记不完整：{reason}")
    remedy = N_("来源名称用小写字母、数字和连字符；权限范围至少一项")


class ScopeUnknown(Refusal):
    """There is no such scope."""

    sentence = N_("没有“{scope}”这一权限范围")
    remedy = N_("可选：{possible}")


class PersonalNeedsArea(Refusal):
    """Personal data are given for what a system handles, never for the whole city at once."""

    sentence = N_("“{scope}”不能授予不限区划和部门的系统")
    remedy = N_("请限定到该系统办理业务的县区或部门")
    citation = N_("个人信息保护法第六条")


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """One system as a client of the API; `client` is its identifier there, `source` its name in the ledger."""

    id: int
    client: str
    name: str
    source: str
    scopes: frozenset[str]
    area: Area
    rate_per_minute: int
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def scope(self) -> Scope:
        """Return where it may do what it may do."""
        return Scope(action="api", areas=(self.area,))

    @property
    def actor(self) -> Actor:
        """Return the system as one who acts."""
        return Actor(
            id=f"system:{self.id}",
            name=self.name,
            kind=ActorKind.CONNECTOR,
            organisation=self.area.organisation,
            division=self.area.division,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSystem:
    """A system that was just registered, with its secret: this is the only time that anybody sees it."""

    row: SystemRow
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemToken:
    """What a token that holds is good for: which system, which scopes, until when."""

    system: SystemRow
    scopes: frozenset[str]
    expires_at: datetime
