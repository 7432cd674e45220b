"""Drafting: sources looked at before anything is filed: what a mapping for them could be, and what one is worth."""
