"""The law of a case in pure code: acts, events, state, decisions, statutes and clocks; no Django, no clock, no I/O."""
