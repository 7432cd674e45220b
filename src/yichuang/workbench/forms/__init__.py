"""Forms of the workbench: what an officer types; the doors decide."""
