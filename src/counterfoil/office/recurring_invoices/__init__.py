"""Recurring invoices: the list, one profile with the invoices that were made of it, and the editor."""
