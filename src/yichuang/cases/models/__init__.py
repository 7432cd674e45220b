"""Tables of cases: the ledger and its facts, and what stands beside them."""

from yichuang.cases.models.ledger import Applicant, Case, Event, Facts, Serial

__all__ = ["Applicant", "Case", "Event", "Facts", "Serial"]
