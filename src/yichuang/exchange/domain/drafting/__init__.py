"""The pure part of drafting: what a source's names and values say about the fields of a case."""
