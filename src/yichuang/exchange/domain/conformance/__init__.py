"""The pure part of checking a source: what its cases are worth before the first of them is filed."""
