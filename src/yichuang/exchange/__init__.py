"""Carries: brings the files and databases of other systems into the ledger by a mapping."""
