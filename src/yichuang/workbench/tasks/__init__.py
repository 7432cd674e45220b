"""The officer's tasks: which there are, and which of them one person may do on one case now."""
