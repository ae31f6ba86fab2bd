"""Customers: the list, one customer's pages, their contact persons and who of them may open the portal."""
