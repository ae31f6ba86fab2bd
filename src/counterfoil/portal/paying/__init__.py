"""Paying: the page, what is sent from it, and a payment that is on its way."""
