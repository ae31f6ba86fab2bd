"""What the office's pages of every type of document share: list, editor, page, revisions, PDF.

A type of its own is a `Kind` (see `kinds`), its routes, and what only it can do.
"""
