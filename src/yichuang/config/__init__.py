"""Composition root: settings, URLs, followers, the command line; imported by nobody."""
