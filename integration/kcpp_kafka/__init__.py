"""What integration/kafka is made of: real Kafka on this machine, from its Maven artifacts."""


class Problem(Exception):
    """Something the user can act on. Its text says what happened and what to do next."""
