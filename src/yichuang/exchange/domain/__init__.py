"""The pure part of the exchange: mappings, records, and what a mapping makes of a record."""
