"""Papers: writes - the documents of a case and its archive folder."""
