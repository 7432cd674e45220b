"""Invented counties: exchange databases of vendors that do not exist, filled with cases that nobody applied for."""
