"""Invents demonstration half-years and files them through the same doors as everyone; owns no tables."""
