"""The demonstration's staff: invented accounts with a known password, their roles and their lines of authority.

They hold nothing once the demonstration is off. Its applicants are not here: they live at the demonstration's
identity provider and get an account by signing in.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from yichuang.accounts import authorities, staff
from yichuang.accounts.models import Authority, User
from yichuang.accounts.values import Area, DemonstrationAccount, DemonstrationOff, Power, Role
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.words import N_

# Known to everybody who reads this file, and named so that nobody mistakes it for a secret.
PASSWORD = "demonstration-only"

_FROM = date(2015, 1, 1)
# After the demonstration's half-year, whose deciders are invented names and no accounts: no list of 2015 names them.
_LETTERS_FROM = date(2015, 7, 1)
_COUNTY, _LAND, _BUILDING, _POLICE = "610924", "610924-guotu", "610924-zhujian", "610924-gongan"
_ALL = ("",)
# Main items of the land bureau: pre-examination of land use, registration of rights, house plots, temporary use.
_MOST = ("11002", "11003", "11004")
_SOME = ("11003", "11004")


@dataclass(frozen=True, slots=True)
class Post:
    """One invented member of staff; `powers` are (organisation, items, powers) of his letter of authority."""

    role: Role
    name: str
    number: str
    area: Area
    look_at: str
    powers: tuple[tuple[str, tuple[str, ...], tuple[Power, ...]], ...] = ()
    # Where his role counts, if not at his own place.
    works_at: tuple[Area, ...] = ()


POSTS = {
    "clerk": Post(
        *(Role.CLERK, "赵窗口（演示）", "Y0001", Area(_COUNTY, _LAND), N_("紫阳县国土资源局窗口的办件")),
        powers=((_LAND, _ALL, (Power.RECEIVE,)),),
    ),
    "representative": Post(
        *(Role.CHIEF_REPRESENTATIVE, "郑首席（演示）", "Y0007", Area(_COUNTY, _LAND)),
        look_at=N_("紫阳县国土资源局的首席代表：哪些当场能定，哪些不能"),
        powers=((_LAND, _ALL, (Power.RECEIVE, Power.REVIEW)), (_LAND, _MOST, (Power.DECIDE, Power.SEAL))),
    ),
    "approver": Post(
        *(Role.APPROVER, "钱审批（演示）", "Y0002", Area(_COUNTY, _LAND)),
        look_at=N_("紫阳县国土资源局的办件，个人信息不脱敏"),
        powers=((_LAND, _ALL, (Power.REVIEW, Power.DECIDE, Power.SEAL)),),
    ),
    "approver2": Post(
        *(Role.APPROVER, "王审批（演示）", "Y0008", Area(_COUNTY, _LAND)),
        look_at=N_("紫阳县国土资源局审批B岗：可审查，只能决定部分事项"),
        powers=((_LAND, _ALL, (Power.REVIEW,)), (_LAND, _SOME, (Power.DECIDE, Power.SEAL))),
    ),
    "consulted": Post(
        *(Role.APPROVER, "冯会审（演示）", "Y0009", Area(_COUNTY, _BUILDING)),
        look_at=N_("紫阳县住房和城乡建设局，答复其他部门征求的意见"),
        powers=((_BUILDING, _ALL, (Power.REVIEW, Power.DECIDE, Power.SEAL)),),
    ),
    "townclerk": Post(
        *(Role.CLERK, "陈镇办（演示）", "Y0010", Area("610924101", "610924101-zhen", "610924101-hall")),
        look_at=N_("蒿坪镇便民服务中心：镇上收件，县里办理"),
        # The town receives for the county's land bureau too, but only what is brought to the town.
        works_at=(Area("610924101", "610924101-zhen"), Area("610924101", _LAND)),
        powers=((_LAND, _ALL, (Power.RECEIVE,)), ("610924101-zhen", _ALL, (Power.RECEIVE,))),
    ),
    "agent": Post(
        *(Role.AGENT, "褚代办（演示）", "Y0011", Area(_COUNTY, "", "610924-centre")),
        look_at=N_("紫阳县政务服务中心的代办员，替企业全程跑办"),
        powers=((_LAND, _ALL, (Power.RECEIVE,)),),
    ),
    "registrar": Post(
        *(Role.CHIEF_REPRESENTATIVE, "沈户籍（演示）", "Y0012", Area(_COUNTY, _POLICE)),
        look_at=N_("紫阳县公安局户籍窗口：即办件当场办结"),
        powers=((_POLICE, _ALL, (Power.RECEIVE, Power.REVIEW, Power.DECIDE, Power.SEAL)),),
    ),
    "manager": Post(
        *(Role.CENTRE_MANAGER, "孙主任（演示）", "Y0003", Area(_COUNTY), N_("紫阳县政务服务中心的全部办件")),
    ),
    "supervisor": Post(
        *(Role.SUPERVISOR, "李监察（演示）", "Y0004", Area("610900"), N_("全市各县区的办件与时限")),
    ),
    "editor": Post(*(Role.EDITOR, "周编辑（演示）", "Y0005", Area("610900"), N_("起草半年通报，逐个数字追溯"))),
    "operator": Post(*(Role.OPERATOR, "吴运维（演示）", "Y0006", Area("610900"), N_("数据接入、样式页与后台管理"))),
}


def list_accounts() -> tuple[DemonstrationAccount, ...]:
    """Return the demonstration accounts with their known password; none when the demonstration is off."""
    if not settings.DEMONSTRATION:
        return ()
    return tuple(
        DemonstrationAccount(username=name, password=PASSWORD, role_title=post.role.label, look_at=post.look_at)
        for name, post in POSTS.items()
    )


def ensure(*, at: datetime) -> tuple[DemonstrationAccount, ...]:
    """Create what is missing of the demonstration accounts and return all; raises DemonstrationOff.

    An existing account keeps its password, so that a second start hashes nothing. A real account that happens
    to bear the name is left alone.
    """
    if not settings.DEMONSTRATION:
        raise DemonstrationOff()
    on = min(_FROM, timezone.localdate(at))
    known = {user.username: user for user in User.objects.filter(username__in=POSTS)}
    authorised = set(
        Authority.objects.filter(holder__username__in=POSTS, holder__is_demonstration=True)
        .values_list("holder__username", flat=True)
        .distinct()
    )
    # One hash for all: a known password gains nothing by a salt of its own, and each costs a third of a second.
    hashed = make_password(PASSWORD) if POSTS.keys() - known.keys() else ""
    for place, (username, post) in enumerate(POSTS.items(), 1):
        user = known.get(username)
        if user is not None and (not user.is_demonstration or username in authorised or not post.powers):
            continue
        with transaction.atomic():
            if user is None:
                user = _create(username, post, hashed=hashed, on=on, at=at)
            letters_on = min(_LETTERS_FROM, timezone.localdate(at))
            _authorise(user, post, document=f"紫政务授〔2015〕{place}号（演示）", on=letters_on, at=at)
    return list_accounts()


def _create(username: str, post: Post, *, hashed: str, on: date, at: datetime) -> User:
    user = User.objects.create(
        username=username,
        password=hashed,
        password_changed_at=at,
        display_name=post.name,
        employee_number=post.number,
        division_code=post.area.division,
        organisation_code=post.area.organisation,
        centre_code=post.area.centre,
        is_demonstration=True,
    )
    for area in post.works_at or (post.area,):
        staff.give_role(
            staff=str(user.uuid), role=post.role, area=area, valid_from=on, valid_until=None, by=SYSTEM, at=at
        )
    return user


def _authorise(user: User, post: Post, *, document: str, on: date, at: datetime) -> None:
    for organisation, items, powers in post.powers:
        for item in items:
            for power in powers:
                authorities.grant(
                    holder=str(user.uuid),
                    organisation=organisation,
                    item=item,
                    power=power,
                    valid_from=on,
                    valid_until=None,
                    document=document,
                    by=SYSTEM,
                    at=at,
                )
