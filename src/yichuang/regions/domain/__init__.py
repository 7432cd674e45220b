"""Pure code of the regions context: what the data files must look like, and what is wrong with them."""
