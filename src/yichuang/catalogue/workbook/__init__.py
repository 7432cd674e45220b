"""Workbooks: the implementation list as people fill it in; exported with openpyxl, read back with calamine."""
