"""Supervision's pages: the desk, findings, cards, rules, leads, and the overview of the city."""
