"""Accounts: who is at the keyboard - sign-in identity, roles, scope, permissions."""
