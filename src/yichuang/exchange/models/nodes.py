"""Tables of the nodes: what is to be sent and what came, by whose keys, what was asked, what does not agree.

Bodies are kept as the bytes that were signed: whoever holds them can check them without this program.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.exchange.nodes.values import ConflictKind, ConflictState, InboxState, RequestState


def _choices(kind: type[InboxState] | type[ConflictKind] | type[ConflictState] | type[RequestState]) -> models.Q:
    return models.Q(**{f"{'kind' if kind is ConflictKind else 'state'}__in": [one.value for one in kind]})


class NodeStream(models.Model):
    """How far one stream of envelopes has come: the last number given out, or taken. Its row is the lock."""

    origin = models.CharField(max_length=32)
    destination = models.CharField(max_length=32)
    last = models.PositiveBigIntegerField(default=0)
    acknowledged = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["origin", "destination"]
        constraints = [models.UniqueConstraint(fields=["origin", "destination"], name="node_stream_once")]

    def __str__(self) -> str:
        return f"{self.origin} → {self.destination}: {self.last}"


class NodePeer(models.Model):
    """What was seen of another node: when the link worked, how far its clock is off, what of it was refused."""

    name = models.CharField(_("节点"), max_length=32, unique=True)
    reached_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    newest_at = models.DateTimeField(null=True)
    skew_seconds = models.IntegerField(null=True)
    replays = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(default=0)
    last_refusal = models.TextField(blank=True)
    # After this node was restored: from which of its numbers on it asked the other for its own events, until they came.
    asked_since = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class NodeKey(models.Model):
    """A public key that another node announced, signed by the one before it. Keys of the file stand in the file."""

    node = models.CharField(max_length=32)
    key_id = models.CharField(max_length=16)
    public_key = models.CharField(max_length=130)
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=16)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["node", "id"]
        constraints = [models.UniqueConstraint(fields=["node", "key_id"], name="node_key_once")]

    def __str__(self) -> str:
        return f"{self.node} {self.key_id}"


class NodeOutbox(models.Model):
    """One envelope of this node's making. It stays when it was acknowledged: a receiver may have to ask again.

    `direct` envelopes go over a link; the others lie here for their number, and travel inside a direct one.
    """

    destination = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()
    direct = models.BooleanField()
    kind = models.CharField(max_length=16)
    case = models.CharField(max_length=32, blank=True)
    data = models.BinaryField()
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["destination", "number"]
        constraints = [models.UniqueConstraint(fields=["destination", "number"], name="node_outbox_once")]
        indexes = [
            models.Index(
                fields=["destination", "number"],
                name="node_outbox_pending",
                condition=models.Q(acknowledged_at__isnull=True, direct=True),
            )
        ]

    def __str__(self) -> str:
        return f"→ {self.destination} {self.number}"


class NodeInbox(models.Model):
    """One envelope that came. Its bytes are kept while it waits or was refused; of what was taken only the digest."""

    origin = models.CharField(max_length=32)
    destination = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=16)
    case = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    data = models.BinaryField(null=True)
    via = models.CharField(max_length=32, blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["origin", "destination", "number"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "destination", "number"], name="node_inbox_once"),
            models.CheckConstraint(condition=_choices(InboxState), name="node_inbox_state"),
        ]
        indexes = [
            models.Index(
                fields=["case", "origin", "number"], name="node_inbox_open", condition=~models.Q(state="taken")
            )
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.number} {self.state}"


class NodeShare(models.Model):
    """Up to which event of a case another node has been sent this node's links."""

    case = models.CharField(max_length=32)
    node = models.CharField(max_length=32)
    seq = models.PositiveIntegerField()

    class Meta:
        ordering = ["case", "node"]
        constraints = [models.UniqueConstraint(fields=["case", "node"], name="node_share_once")]

    def __str__(self) -> str:
        return f"{self.case} → {self.node}: {self.seq}"


class NodeFetch(models.Model):
    """The form and files of a case that this node fetches from another; the row goes when all that there is has come.

    `ask_at`: when the other is to be asked (again) what it has, None once it has told all. `flying`: pieces asked for
    at `pieces_at` that have not come.
    """

    case = models.CharField(max_length=32)
    node = models.CharField(max_length=32)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    listed = models.BooleanField(default=False)
    flying = models.PositiveSmallIntegerField(default=0)
    pieces_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "node"], name="node_fetch_once")]

    def __str__(self) -> str:
        return f"{self.case} ← {self.node}"


class NodeRequest(models.Model):
    """An act that was asked of the holder of a case: by this node (`asking`), or of it."""

    uuid = models.CharField(max_length=32, unique=True)
    asking = models.BooleanField()
    node = models.CharField(max_length=32)
    case = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    act = models.CharField(max_length=64)
    fields = models.TextField()
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    code = models.CharField(max_length=64, blank=True)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=_choices(RequestState), name="node_request_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.act} {self.state}"


class NodeConflict(models.Model):
    """What two nodes do not agree on, for a person to see and, where there is a choice, to settle."""

    kind = models.CharField(max_length=16)
    case = models.CharField(max_length=32)
    number = models.CharField(_("办件编号"), max_length=32)
    node = models.CharField(max_length=32)
    seq = models.PositiveIntegerField(default=0)
    theirs_hash = models.CharField(max_length=64, blank=True)
    ours = models.TextField(blank=True)
    theirs = models.TextField(blank=True)
    words = models.TextField(blank=True)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=16, default="open")
    choice = models.CharField(max_length=16, blank=True)
    settled_at = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64, blank=True)
    by_name = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "case", "node", "seq", "theirs_hash"], name="node_conflict_once"),
            models.CheckConstraint(condition=_choices(ConflictState), name="node_conflict_state"),
            models.CheckConstraint(condition=_choices(ConflictKind), name="node_conflict_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.state}"


class NodeDay(models.Model):
    """One day of one node's ledger, by recorded time: what it declared, and what of it stands here."""

    node = models.CharField(max_length=32)
    day = models.DateField()
    events = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    declared_events = models.PositiveIntegerField(null=True)
    declared_cases = models.PositiveIntegerField(null=True)
    declared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["node", "day"]
        constraints = [models.UniqueConstraint(fields=["node", "day"], name="node_day_once")]

    def __str__(self) -> str:
        return f"{self.node} {self.day}"
