"""Figures, bulletins and cases as pages for those who watch; owns no tables."""
