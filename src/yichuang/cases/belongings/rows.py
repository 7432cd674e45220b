"""Rows of belongings, as giving, taking and keeping share them."""

from datetime import datetime
from uuid import UUID

from yichuang.cases.domain.belongings import Belonging, BelongingState
from yichuang.cases.models import Belonging as BelongingModel
from yichuang.cases.models import BelongingPiece, Case
from yichuang.cases.uploads import storage
from yichuang.cases.values import CaseNotFound


def case_of(uuid: str) -> Case:
    """Return the row of a case; raises CaseNotFound."""
    found = Case.objects.filter(uuid=UUID(uuid)).first()
    if found is None:
        raise CaseNotFound(number=uuid)
    return found


def row_of(item: Belonging, case: Case, *, state: BelongingState) -> BelongingModel:
    """Return a row, not yet written, of what is here or was told of."""
    return BelongingModel(
        key=item.key,
        case=case,
        kind=item.kind,
        state=state,
        material=item.material,
        file_name=item.file_name,
        size=item.size,
        digest=item.digest,
        salt=item.salt,
        created_at=datetime.fromisoformat(item.created_at),
        taken_at=datetime.fromisoformat(item.taken_at) if item.taken_at else None,
    )


def let_go(row: BelongingModel, state: BelongingState, reason: str = "") -> None:
    """Forget the pieces of a row that is locked, and put it into a state."""
    pieces = BelongingPiece.objects.filter(belonging=row)
    storage.discard(pieces.values_list("stored", flat=True))
    pieces.delete()
    row.state, row.reason, row.arrived = state, reason, 0
    row.save(update_fields=["state", "reason", "arrived", "tries"])
