"""Workbench: the staff's side - window, approver, chief representative, manager."""
