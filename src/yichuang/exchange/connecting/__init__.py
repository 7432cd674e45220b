"""Connecting: sources that are read table by table, row by row as they change, into the ledger case by case."""
