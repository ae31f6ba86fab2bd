"""The way in: sign-in, sign-out and forgotten passwords, at each portal's and the office's own address."""
