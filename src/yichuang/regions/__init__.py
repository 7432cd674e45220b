"""Places: the division tree, organisations, centres, windows and staff, each with the days it is true."""
