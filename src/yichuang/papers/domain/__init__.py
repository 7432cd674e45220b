"""The words of papers: pure; a case's events in, letters out."""
