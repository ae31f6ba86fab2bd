"""Payments received: the list, each payment with what it was used for, and writing one down."""
