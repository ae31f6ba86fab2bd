"""What a command could not do."""


class CannotRun(Exception):
    """A command cannot do its work. The message is a sentence for the person who started it."""
