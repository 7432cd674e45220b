"""The words of accounts that other contexts see: roles, areas, scopes, people, powers and the refusals.

Stands between the tables of accounts and everybody who asks "may this person do that, and where?".
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yichuang.accounts.refusals import (
    AccountClosed,
    AccountUnknown,
    AuthorityOverlaps,
    AuthorityUnknown,
    BeyondOwnArea,
    DemonstrationOff,
    IdentityClosed,
    IdentityConflict,
    IdentityNotVerified,
    IdentityUnreachable,
    LockedOut,
    NameTaken,
    NotHeldByGiver,
    OwnGrant,
    PasswordRefused,
    PeriodReversed,
    SecondFactorTaken,
    SignInUnfinished,
    WrongCode,
    WrongCredentials,
)
from yichuang.accounts.scopes import Area, Power, Role, Scope, division_prefix
from yichuang.accounts.system_scopes import (
    NewSystem,
    PersonalNeedsArea,
    ScopeUnknown,
    SystemIncomplete,
    SystemRow,
    SystemScope,
    SystemSourceTaken,
    SystemToken,
    SystemUnknown,
)
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = [
    "AccountClosed",
    "AccountEvent",
    "AccountUnknown",
    "Area",
    "AuthorityOverlaps",
    "AuthorityRow",
    "AuthorityUnknown",
    "BeyondOwnArea",
    "Colleague",
    "DemonstrationAccount",
    "DemonstrationOff",
    "DemonstrationPerson",
    "GrantRow",
    "IdentityClosed",
    "IdentityConflict",
    "IdentityNotVerified",
    "IdentityUnreachable",
    "LockedOut",
    "LogRow",
    "NameTaken",
    "NewSystem",
    "NotHeldByGiver",
    "NotPermitted",
    "OutsideScope",
    "OwnGrant",
    "PasswordRefused",
    "PeriodReversed",
    "Person",
    "PersonalNeedsArea",
    "Power",
    "Represented",
    "Role",
    "Scope",
    "ScopeUnknown",
    "SecondFactorTaken",
    "SessionRow",
    "SignInRow",
    "SignInUnfinished",
    "StaffRow",
    "SystemIncomplete",
    "SystemRow",
    "SystemScope",
    "SystemSourceTaken",
    "SystemToken",
    "SystemUnknown",
    "WrongCode",
    "WrongCredentials",
    "division_prefix",
]

RESIDENT_CARD = "111"
ORGANISATION_CODE = "001"


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """One account that exists only while the demonstration is on."""

    username: str
    password: str
    role_title: str
    look_at: str


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """One invented person of the demonstration identity provider; `look_at` says what he is for."""

    key: str
    name: str
    look_at: str


@dataclass(frozen=True, slots=True)
class Person:
    """The verified identity of an applicant's account; `id_type` as in cases ("111" a resident number)."""

    name: str
    id_type: str
    id_number: str
    phone: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Represented:
    """An organisation for which a person may apply; capacity "legal-representative" or "agent"."""

    uscc: str
    name: str
    capacity: str

    @property
    def capacity_title(self) -> str:
        """Return the Chinese title of the capacity, a message id."""
        return N_("法定代表人") if self.capacity == "legal-representative" else N_("经办人")


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """One line of the authority list: who may do what with which items of which organisation, and until when.

    `holder` is the account's uuid as text; `item` a five-digit main item, "" for every item of the organisation;
    `valid_until` is exclusive, None without end; `document` the number of the letter of authority (授权书).
    """

    id: int
    holder: str
    holder_name: str
    organisation: str
    item: str
    power: Power
    valid_from: date
    valid_until: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as others see him: `id` is the account's uuid as text."""

    id: str
    name: str
    username: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One role at one place for one time; `valid_until` is exclusive, None without end."""

    id: int
    role: Role
    area: Area
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One staff account as its administrator sees it; `locked_until` is None when it is not locked."""

    id: str
    username: str
    name: str
    employee_number: str
    place: Area
    is_active: bool
    has_second_factor: bool
    locked_until: datetime | None
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session that is still open: where and since when somebody is signed in."""

    id: int
    began_at: datetime
    seen_at: datetime
    address: str
    agent: str
    device: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One line of the sign-in log; `outcome` and `door` are Chinese titles, message ids."""

    id: int
    at: datetime
    username: str
    door: str
    outcome: str
    is_good: bool
    address: str
    agent: str
    device: str


class AccountEvent(StrEnum):
    """What can happen to an account; every one is a line of the account log, which is only appended to."""

    CREATED = "created"
    UPDATED = "updated"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    ROLE_GRANTED = "role-granted"
    GRANT_ENDED = "grant-ended"
    AUTHORITY_GRANTED = "authority-granted"
    AUTHORITY_REVOKED = "authority-revoked"
    PASSWORD_SET = "password-set"
    PASSWORD_CHANGED = "password-changed"
    SECOND_FACTOR_ADDED = "second-factor-added"
    SECOND_FACTOR_REMOVED = "second-factor-removed"
    SECOND_FACTOR_RESET = "second-factor-reset"
    CODES_RENEWED = "codes-renewed"
    SESSIONS_ENDED = "sessions-ended"
    UNLOCKED = "unlocked"
    IDENTITY_VERIFIED = "identity-verified"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _EVENT_LABELS[self]


_EVENT_LABELS = {
    AccountEvent.CREATED: N_("建立账号"),
    AccountEvent.UPDATED: N_("修改账号"),
    AccountEvent.DEACTIVATED: N_("停用账号"),
    AccountEvent.REACTIVATED: N_("恢复账号"),
    AccountEvent.ROLE_GRANTED: N_("授予岗位"),
    AccountEvent.GRANT_ENDED: N_("终止岗位"),
    AccountEvent.AUTHORITY_GRANTED: N_("登记授权"),
    AccountEvent.AUTHORITY_REVOKED: N_("撤回授权"),
    AccountEvent.PASSWORD_SET: N_("管理员设置密码"),
    AccountEvent.PASSWORD_CHANGED: N_("修改密码"),
    AccountEvent.SECOND_FACTOR_ADDED: N_("添加第二因素"),
    AccountEvent.SECOND_FACTOR_REMOVED: N_("移除第二因素"),
    AccountEvent.SECOND_FACTOR_RESET: N_("管理员重置第二因素"),
    AccountEvent.CODES_RENEWED: N_("更换恢复代码"),
    AccountEvent.SESSIONS_ENDED: N_("结束会话"),
    AccountEvent.UNLOCKED: N_("解除锁定"),
    AccountEvent.IDENTITY_VERIFIED: N_("核验身份"),
}


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the account log: what happened to whose account, by whom."""

    id: int
    at: datetime
    event: AccountEvent
    username: str
    by_name: str
    detail: str


class NotPermitted(Refusal):
    """Somebody signed in asks for what none of his roles may do."""

    sentence = N_("您的岗位没有“{action}”的权限")
    remedy = N_("请联系有此权限的人员办理，或换用有权限的账号登录")

    def __init__(self, *, action: str, roles: tuple[Role, ...] = ()) -> None:
        super().__init__(action=action)
        self.roles = roles


class OutsideScope(NotPermitted):
    """The role would do, but not for that division or organisation."""

    sentence = N_("“{action}”的权限不包括这个区划或部门")
    remedy = N_("请联系该区划或部门的人员办理")
