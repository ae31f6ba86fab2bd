"""What the tests stand on: real databases, a real browser, a real mail server, real processes."""
