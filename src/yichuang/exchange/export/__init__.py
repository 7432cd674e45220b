"""Export: the ledger as others read it: XES, OCEL 2.0, and the exchange tables of the province."""
