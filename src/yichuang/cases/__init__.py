"""Records: the event ledger, the life cycle of a case, its clocks and its one row of facts."""
