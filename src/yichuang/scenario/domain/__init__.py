"""The invention of a half-year: pure, from data and a seed to histories; no database and no clock."""
