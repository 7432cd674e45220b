"""Pure parts of reporting: definitions of figures and the text of bulletins."""
