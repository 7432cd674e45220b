"""Pure rules of notices: what is told, in which words, and when a failed sending is tried again."""
