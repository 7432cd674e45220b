"""Counts and publishes: figures at every level and the bulletins built on them."""
