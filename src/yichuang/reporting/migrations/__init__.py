"""Migrations of the reporting context."""
