"""Invoices: the list, one invoice and what can be done with it, its revisions, and the editor."""
