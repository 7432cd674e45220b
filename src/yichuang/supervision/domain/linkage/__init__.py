"""Linking departments' own registers to the centre's cases: the pure part."""
