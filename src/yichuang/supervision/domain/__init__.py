"""The law of supervision in pure code: rules and their conditions, cards and scores; no Django, no clock, no I/O."""
