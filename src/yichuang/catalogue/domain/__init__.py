"""Pure thought of the catalogue: contents, code lists, consistency rules; no Django, no clock, no I/O."""
