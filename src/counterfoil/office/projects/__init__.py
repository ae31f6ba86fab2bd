"""Projects: their list, the page of one with its tasks, and invoices of the time that was spent."""
