"""Customer approvals: the list, the page of one, its form, and what its buttons do."""
