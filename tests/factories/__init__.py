"""Builders that speak in commands: what happened, on which day, under which terms."""
