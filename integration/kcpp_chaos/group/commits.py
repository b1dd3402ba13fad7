"""What the group has committed, and when: the brokers' own log of it, read back with kcat."""

import struct
import subprocess
import time
from bisect import bisect_left
from itertools import accumulate

from kcpp_kafka import Problem

TOPIC = "__consumer_offsets"
LAYOUT = "%T %K %S\n%k%s\n"  # milliseconds of the wall clock, sizes, then the bytes

_OFFSET_KEYS = (0, 1)  # versions of keys; others are of what else the coordinator knows
_VALUE = struct.Struct(">hq")  # version, offset, and what is of no matter here


class Clocks:
    """The brokers write the time of the wall clock; all other times are of the monotonic one."""

    def __init__(self):
        self._seen = []  # (wall, monotonic)
        self.look()

    def look(self):
        """From time to time: the wall clock may be set."""
        self._seen.append((time.time(), time.monotonic()))

    def monotonic(self, wall):
        at = min(bisect_left(self._seen, (wall,)), len(self._seen) - 1)
        seen_wall, seen_monotonic = self._seen[at]
        return wall - seen_wall + seen_monotonic


class History:
    """All commits of one partition, in order."""

    def __init__(self, commits=()):
        self.times = [time for time, _ in commits]
        self.offsets = [offset for _, offset in commits]
        self._highest = list(accumulate(self.offsets, max))

    def highest(self, moment):
        """What was committed before `moment`: 0 if nothing was."""
        at = bisect_left(self.times, moment)
        return self._highest[at - 1] if at else 0

    def last(self):
        return self.offsets[-1] if self.offsets else 0

    def steps_back(self):
        """(time, offset, the offset before it) of each that is less."""
        pairs = zip(self.offsets, self.offsets[1:], self.times[1:])
        return [(time, offset, before) for before, offset, time in pairs if offset < before]


def read(bootstrap, groups, clocks):
    """The History of each place that one of `groups` has committed offsets of: no two of them read
    the same."""
    command = ["kcat", "-b", bootstrap, "-C", "-t", TOPIC, "-o", "beginning", "-e", "-q",
               "-f", LAYOUT]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as kcat:
        found = parse(kcat.stdout, groups, clocks)
    if kcat.returncode != 0:
        raise Problem(f"kcat failed ({kcat.returncode}) while it read {TOPIC}")
    return found


def parse(stream, groups, clocks):
    commits = {}
    for line in stream:
        wall, *sizes = map(int, line.split())
        key, value = (stream.read(max(0, size)) for size in sizes)
        stream.read(1)  # the end of the line
        of_group, place = _place(key)
        if of_group in groups and value:
            _version, offset = _VALUE.unpack_from(value)
            moment = clocks.monotonic(wall / 1000)
            commits.setdefault(place, []).append((moment, offset))
    return {place: History(of_place) for place, of_place in commits.items()}


def _place(key):
    """Group and place of the key of a committed offset; nothing of another key."""
    version, = struct.unpack_from(">h", key)
    if version not in _OFFSET_KEYS:
        return None, None
    group, at = _string(key, 2)
    topic, at = _string(key, at)
    partition, = struct.unpack_from(">i", key, at)
    return group, (topic, partition)


def _string(data, at):
    size, = struct.unpack_from(">h", data, at)
    return data[at + 2:at + 2 + size].decode(), at + 2 + size
