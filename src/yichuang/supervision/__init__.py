"""Judges: rules over facts, findings, cards and what follows from them, off-system circulation, scores and rankings."""
