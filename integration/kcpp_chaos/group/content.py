"""The records of one partition, as far as they are needed to know them again."""

import zlib
from array import array

from .. import log

CHECKSUMS = 1 << 32


class Content:
    def __init__(self, values=()):
        self._sums = array("Q", [0])  # of the checksums of all values before an offset
        for value in values:
            self.add(value)

    def __len__(self):
        return len(self._sums) - 1

    def add(self, value):
        self._sums.append(self._sums[-1] + zlib.crc32(value))

    def checksum(self, first, count):
        """The sum of the checksums of `count` values, as members give it."""
        return (self._sums[first + count] - self._sums[first]) % CHECKSUMS


def read(bootstrap, topics, places):
    """The Content of each place."""
    found = {place: Content() for place in places}
    for topic, partition, _offset, value in log.read(bootstrap, topics):
        found[topic, partition].add(value)
    return found
