"""Timesheets: the list of time, one piece of it, and the timer of whoever looks."""
