"""Two customers of one currency become one."""
