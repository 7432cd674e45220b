"""Tables of cases: the ledger and its facts, and what stands beside them."""

from yichuang.cases.models.belongings import Belonging, BelongingPiece
from yichuang.cases.models.follower import Follower
from yichuang.cases.models.intake import (
    Attachment,
    Chunk,
    Draft,
    DraftRevision,
    Form,
    Supplement,
    TrackingGuard,
    Upload,
)
from yichuang.cases.models.ledger import Applicant, Case, Event, Facts, Opinion, Serial

__all__ = [
    "Applicant",
    "Attachment",
    "Belonging",
    "BelongingPiece",
    "Case",
    "Chunk",
    "Draft",
    "DraftRevision",
    "Event",
    "Facts",
    "Follower",
    "Form",
    "Opinion",
    "Serial",
    "Supplement",
    "TrackingGuard",
    "Upload",
]
