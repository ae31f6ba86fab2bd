"""Sales orders: what the office's pages of them have beside what every document has."""
