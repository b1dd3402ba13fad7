"""What bench/run is made of: kcpp, its peers and the floor, run in turn on one broker."""


class Problem(Exception):
    """Something the user can act on. Its text says what happened and what to do next."""
