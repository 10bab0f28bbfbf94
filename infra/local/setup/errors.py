"""What stops a set-up, in words meant for the person who started it."""


class SetupFailed(Exception):
    """The set-up cannot go on; the message says what to do about it."""
