"""Halls: runs the service hall - appointments, announcements."""
