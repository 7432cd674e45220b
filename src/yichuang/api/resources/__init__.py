"""Resources: one module for each thing that another system may ask for."""
