"""Readers of sources that are tables: databases, messages, services. Nothing here knows what a mapping means."""
