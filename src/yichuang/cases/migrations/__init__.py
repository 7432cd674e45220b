"""Migrations of the cases context."""
