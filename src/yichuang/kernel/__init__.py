"""Words that every context shares: plain Python, no Django, no I/O."""
