"""The public side: what a citizen finds; owns no tables."""
