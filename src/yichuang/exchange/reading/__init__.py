"""Readers: one file of another system into records, whatever its format. Nothing here knows what a mapping means."""
