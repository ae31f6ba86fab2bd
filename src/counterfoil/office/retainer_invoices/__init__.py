"""Retainer invoices: what the office's pages of them have beside what every document has."""
