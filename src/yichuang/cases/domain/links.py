"""Links between nodes: what one node hands another of a case, and how the other takes it; pure values and refusals.

At any time exactly one node holds a case and may append to it; every other node that knows it holds a copy of the same
chain, link by link, hash by hash.
"""

from datetime import datetime

import msgspec

from yichuang.cases.domain.belongings import (
    Belonging,
    BelongingKind,
    Belongings,
    BelongingState,
    BelongingUnfit,
    ComingRow,
    PieceUnfit,
    Warrant,
)
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = [
    "ApplicantDetails",
    "Belonging",
    "BelongingKind",
    "BelongingState",
    "BelongingUnfit",
    "Belongings",
    "BranchUnfit",
    "ComingRow",
    "ForkFound",
    "HeldElsewhere",
    "LinkBroken",
    "LinkRow",
    "LinksMissing",
    "NewsRow",
    "NodeUnknown",
    "Origin",
    "OriginDiffers",
    "PieceUnfit",
    "SerialsUsedUp",
    "Taken",
    "Warrant",
]


class ApplicantDetails(msgspec.Struct, frozen=True, gc=False):
    """The person or firm behind an application; kept outside the ledger."""

    name: str
    id_type: str
    id_number: str
    phone: str = ""


class LinkRow(msgspec.Struct, frozen=True, gc=False):
    """One link of a case's chain, everything it is made of; `hash` is hex.

    The times are texts in the chain's own form (UTC, six digits of a second, Z), so that what is signed and carried is
    what was hashed.
    """

    seq: int
    name: str
    payload: str
    source_at: str
    received_at: str
    recorded_at: str
    actor_id: str
    actor_name: str
    hash: str


class Origin(msgspec.Struct, frozen=True, gc=False):
    """The identity of a case and what stands beside its ledger; personal, for nodes only.

    `node` is the node that founded it, "" where the sender has no name. `applicant` is None once he was erased; `salt`
    is hex.
    """

    uuid: str
    number: str
    source: str
    source_key: str
    node: str = ""
    applicant: ApplicantDetails | None = None
    salt: str = ""


class NewsRow(msgspec.Struct, frozen=True, gc=False):
    """One event that this node's ledger gained.

    `holder` is the node that holds the case after it, `holders` all that have held it so far, each once, in order;
    `own_appended` says that this node was its holder when it was appended, and not that it was taken from another.
    """

    uuid: str
    number: str
    seq: int
    name: str
    recorded_at: datetime
    holder: str
    holders: tuple[str, ...]
    own_appended: bool


class ForkFound(msgspec.Struct, frozen=True, gc=False):
    """Two branches of one case: from `seq` on, this node's ledger and the links that came differ."""

    number: str
    seq: int
    ours: tuple[LinkRow, ...]
    theirs: tuple[LinkRow, ...]


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What became of links that came: `new` were appended; with a conflict nothing was written."""

    number: str
    new: int
    conflict: ForkFound | None = None


class HeldElsewhere(Refusal):
    """Another node holds the case: only it may append."""

    sentence = N_("办件{number}现由节点“{holder}”办理，本节点不能直接办理")
    remedy = N_("请通过节点交换向该节点提出办理请求；对方处理后，结果会同步回来")


class LinksMissing(Refusal):
    """Links came that do not follow on what is there."""

    sentence = N_("办件{number}的账本在此止于第{known}个事件，送来的从第{first}个开始，中间缺失")
    remedy = N_("请要求对方从第{expected_seq}个事件起重新发送")


class LinkBroken(Refusal):
    """A link does not hash to what it says, or is not one that a ledger can hold."""

    sentence = N_("办件{number}送来的第{seq}个事件无法核验：{reason}")
    remedy = N_("请勿采用；请对方先用 verify 命令核对该办件的哈希链，再重新发送")


class OriginDiffers(Refusal):
    """A case is already known by another identity, or its applicant is not the one the ledger names."""

    sentence = N_("办件{number}的身份与本节点所存或账本所记的不符：{reason}")
    remedy = N_("请核对两个节点的办件编号段（serials）和来源编号是否重复")


class BranchUnfit(Refusal):
    """The events of another branch cannot have happened beside those that are here."""

    sentence = N_("两个分支不能并入办件{number}：合并后的第{seq}个事件（{event}）在“{status}”时不可能发生")
    remedy = N_("请核对两个分支，保留本节点的记录；对方所做的事需要保留的，请由承办人重新办理")


class NodeUnknown(Refusal):
    """A case cannot go to this node, or this installation is none."""

    sentence = N_("办件{number}不能移交给节点“{node}”：{reason}")
    remedy = N_("请核对节点名称；本节点的名称由 YICHUANG_NODE 设定")


class SerialsUsedUp(Refusal):
    """The node's own range of serials is used up for one division and day."""

    sentence = N_("区划{division}在{on}的办件流水号段（{first}—{last}）已经用完")
    remedy = N_("请为本节点分配更大的号段（YICHUANG_NODE_SERIALS），各节点的号段不得重叠")
