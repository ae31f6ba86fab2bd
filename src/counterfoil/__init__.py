"""Counterfoil: the customer's half of a business's books."""

__version__ = "0.1.0"
