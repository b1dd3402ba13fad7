"""What a record says of itself. workers/chain.cpp writes it."""

import zlib
from typing import NamedTuple


class Value(NamedTuple):
    hop: int     # which topic it is in
    key: int
    number: int  # of its key: 1, 2, 3, …
    member: int  # who wrote it
    stay: int    # in which stay with the partition it came from
    source: int  # and from which offset there


def text(value):
    """The record, without the filling that the workers' have."""
    words = b"%d %d %d %d %d %d filling" % value
    return b"%08x %s" % (zlib.crc32(words), words)


def parse(raw):
    """Nothing if the checksum is not that of the rest."""
    checksum, _, words = raw.partition(b" ")
    found = words.split(b" ")
    if len(found) != len(Value._fields) + 1 or checksum != b"%08x" % zlib.crc32(words):
        return None
    return Value(*map(int, found[:-1]))
