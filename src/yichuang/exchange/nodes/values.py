"""What others may see of the nodes: rows, reports, states and refusals; pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yichuang.cases.values import ComingRow
from yichuang.exchange.domain.envelopes import (
    KIND_LABELS,
    BadSignature,
    EnvelopeMalformed,
    KeyExpired,
    NotForUs,
    ReplayRefused,
    Unexpected,
    UnknownKey,
)
from yichuang.exchange.domain.topology import LEVEL_LABELS, LEVELS, NodeUnknown, TreeBroken
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = [
    "CHOICES",
    "CONFLICT_LABELS",
    "KIND_LABELS",
    "LEVELS",
    "LEVEL_LABELS",
    "REQUEST_LABELS",
    "BadSignature",
    "Coming",
    "ConflictKind",
    "ConflictRow",
    "ConflictSettled",
    "ConflictState",
    "ConflictUnknown",
    "EnvelopeMalformed",
    "InboxState",
    "KeyExpired",
    "KeyLost",
    "LinkLine",
    "NobodyToAsk",
    "NodeConfigFaulty",
    "NodeName",
    "NodeNotConfigured",
    "NodeRow",
    "NodeUnknown",
    "NotAbove",
    "NotForUs",
    "NotTheHolder",
    "ReplayRefused",
    "RequestRow",
    "RequestState",
    "RequestUnfit",
    "TakenFault",
    "TakenReport",
    "TreeBroken",
    "Unexpected",
    "UnknownKey",
]


@dataclass(frozen=True, slots=True)
class Coming:
    """What of a case's form and files is not here: nodes that were asked and have not told yet, and single things."""

    awaited: tuple[str, ...] = ()
    things: tuple[ComingRow, ...] = ()


class InboxState(StrEnum):
    """What became of an envelope that came."""

    TAKEN = "taken"
    WAITING = "waiting"
    REFUSED = "refused"
    CONFLICT = "conflict"


class RequestState(StrEnum):
    """How far a request to the holder has come."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class ConflictKind(StrEnum):
    """What nodes may disagree on: two branches of a case, or a request that its holder refused."""

    FORK = "fork"
    REQUEST = "request"


class ConflictState(StrEnum):
    """Whether a person still has to look."""

    OPEN = "open"
    SETTLED = "settled"


CONFLICT_LABELS: dict[ConflictKind, str] = {
    ConflictKind.FORK: N_("账本分叉"),
    ConflictKind.REQUEST: N_("请求被拒"),
}
REQUEST_LABELS: dict[RequestState, str] = {
    RequestState.WAITING: N_("等待答复"),
    RequestState.DONE: N_("已办理"),
    RequestState.REFUSED: N_("已拒绝"),
}
# How a conflict may be settled: of a refused request there is only to take note.
CHOICES: dict[str, str] = {
    "keep-ours": N_("以本节点账本为准"),
    "file-theirs": N_("以本节点账本为准，并补录对方事件"),
    "noted": N_("已知悉"),
}


class NodeNotConfigured(Refusal):
    """This installation has no node file, so it is no node."""

    sentence = N_("本系统还没有配置为交换节点（没有 {file}）")
    remedy = N_("请先运行 yichuang node init；单机使用不需要配置")


class NodeConfigFaulty(Refusal):
    """The node file cannot be used as it is."""

    sentence = N_("节点配置 {file} 有误：{reason}")
    remedy = N_("请改正后重试，写法见 docs/nodes.md")


class KeyLost(Refusal):
    """The private key that this node signs with is not there."""

    sentence = N_("本节点的签名私钥不见了：{file}")
    remedy = N_("请从备份恢复该文件；不能恢复时，用 yichuang node rotate --lost 另发新钥，并把新名片当面交给各节点")


class NotTheHolder(Refusal):
    """Events signed by a node that did not hold the case then."""

    sentence = N_("{origin}送来办件{number}的事件，但该办件当时由“{holder}”办理")
    remedy = N_("没有入账；只有办理节点可以追加事件，请两个节点核对移交情况")


class NotAbove(Refusal):
    """A case can be taken over only from a node below."""

    sentence = N_("办件{number}由节点“{holder}”办理，本节点不是它的上级，不能接办")
    remedy = N_("请由其上级节点接办，或请该节点移交")


class NobodyToAsk(Refusal):
    """The form and files of a case can be fetched only from another node that held it."""

    sentence = N_("办件{number}没有其他可以索取表单和材料的经办节点")
    remedy = N_("请核对办件编号；曾经办理的节点应在节点配置中（yichuang node meet）")


class RequestUnfit(Refusal):
    """An act that cannot be asked of another node."""

    sentence = N_("不能向其他节点请求“{act}”：{reason}")
    remedy = N_("请核对办件编号、办理动作和字段")


class ConflictUnknown(Refusal):
    """No such conflict."""

    sentence = N_("没有第{conflict}号冲突")
    remedy = N_("请用 yichuang node conflicts 查看")


class ConflictSettled(Refusal):
    """Already settled, or not to be settled in this way."""

    sentence = N_("第{conflict}号冲突不能这样处理：{reason}")
    remedy = N_("请用 yichuang node conflicts 查看现状")


class PrunedTooSoon(Refusal):
    """The outbox is to reach back further than that, for a neighbour that is restored from a backup."""

    sentence = N_("不能只保留{days}天，至少{least}天")
    remedy = N_("邻近节点由备份恢复后，要向本节点索取此后的信封；请保留得比各节点最旧的可用备份更久")


@dataclass(frozen=True, slots=True)
class TakenFault:
    """Why one envelope of a batch was not taken; `number` is 0 where it could not even be read."""

    number: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class TakenReport:
    """What became of one batch. `up_to`: all of it up to this number is here as it was sent (0: nothing)."""

    taken: int = 0
    repeated: int = 0
    waiting: int = 0
    refused: int = 0
    up_to: int = 0
    wanted: int = 1
    faults: tuple[TakenFault, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node as a page names it; `own` is this one."""

    name: str
    title: str
    level: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class NodeRow:
    """How things stand with one other node. `connected`: the last try to reach it, or its last envelope, succeeded.

    `skew_seconds` is how far its clock was ahead of ours at the newest envelope of the last batch (behind: below
    nought, where delay counts as well). `backlog` are envelopes that it has not acknowledged, `complete_permille` the
    share of its declared events that stand here.
    """

    name: str
    title: str
    level: str
    parent: str
    url: str
    divisions: tuple[str, ...]
    neighbour: bool
    connected: bool | None
    heard_at: datetime | None
    last_sent_at: datetime | None
    last_received_at: datetime | None
    backlog: int
    backlog_bytes: int
    oldest_pending_at: datetime | None
    waiting: int
    refused: int
    replays: int
    delay_seconds: int | None
    skew_seconds: int | None
    key_id: str
    key_valid_until: datetime | None
    declared_events: int | None
    complete_permille: int | None
    error: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One event of a branch, as a page shows it."""

    seq: int
    name: str
    source_at: datetime
    recorded_at: datetime
    actor: str
    hash: str


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One conflict with both branches from where they part; a refused request has the holder's `words`."""

    id: int
    kind: ConflictKind
    number: str
    uuid: str
    node: str
    seq: int
    ours: tuple[LinkLine, ...]
    theirs: tuple[LinkLine, ...]
    words: str
    found_at: datetime
    state: ConflictState
    choice: str
    settled_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request to the holder of a case, by this node or of it."""

    id: int
    uuid: str
    asking: bool
    node: str
    number: str
    act: str
    by: str
    asked_at: datetime
    state: RequestState
    words: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """One day of one node: what it declared and what stands here."""

    node: str
    day: date
    declared_events: int | None
    events: int
    declared_cases: int | None
    cases: int
