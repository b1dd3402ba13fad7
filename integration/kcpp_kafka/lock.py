"""One process at a time."""

import fcntl
from contextlib import contextmanager


@contextmanager
def locked(path):
    """Holds the lock file `path`, waiting for whoever holds it."""
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
