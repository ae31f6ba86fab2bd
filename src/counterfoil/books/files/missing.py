"""What is raised where content should be and isn't."""


class Missing(Exception):
    """The store has nothing of this key."""
