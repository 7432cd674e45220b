"""The overview of supervision: city, county, department, item; figures, cards, trends, map, each with its table."""
