"""Belongings: the form and the files of a case, which follow it from node to node beside its ledger."""
