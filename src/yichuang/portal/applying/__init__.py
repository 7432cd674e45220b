"""Applying on line: from a draft to the pages of its steps, and from what was typed back into the draft."""
