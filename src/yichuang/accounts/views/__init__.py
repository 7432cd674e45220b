"""Pages of accounts: signing in and out, the second step, one's own account, the sign-in log."""
