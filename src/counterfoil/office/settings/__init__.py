"""How the business is set up: one module for each page of the settings."""
