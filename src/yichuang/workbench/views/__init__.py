"""Views of the workbench: each translates one page or one act; one call inward."""
