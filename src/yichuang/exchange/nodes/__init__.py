"""Nodes: keeps what one node tells the others, signed and numbered, and takes what they tell it, once."""
