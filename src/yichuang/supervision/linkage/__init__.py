"""Linking departments' own registers to the centre's cases: files, tables, engines and the reviewer's work."""
