"""What a member said: which partitions it had, and what it was handed out of them.

workers/member.hpp describes the lines. All times that are given are in seconds.
"""

import functools
import re
from array import array
from collections import Counter
from typing import NamedTuple

SECOND = 1_000_000
REVOKED, LOST, CLOSED, BROKEN_OFF = "revoked", "lost", "closed", "broken off"


class Run(NamedTuple):
    """Records that follow each other, handed out by one call."""
    begin: float
    end: float
    first: int
    count: int
    checksum: int

    @property
    def behind(self):
        return self.first + self.count


class Stay:
    """A stay of a partition with a member, from its assignment until it is given up. Its records
    are in columns, as there are millions of them."""

    def __init__(self, member, place, begin):
        self.member, self.place = member, place
        self.begin, self.end = begin, float("inf")
        self.how = BROKEN_OFF  # how it ended: not at all, where the member was killed
        self.columns = tuple(array("q") for _ in Run._fields)

    def add(self, *run):
        for column, value in zip(self.columns, run):
            column.append(value)

    def runs(self):
        return (Run(begin / SECOND, end / SECOND, *rest)
                for begin, end, *rest in zip(*self.columns))

    def empty(self):
        return not self.columns[0]

    def first(self):
        return self.columns[2][0]

    def behind(self):
        """The offset behind the last record."""
        return self.columns[2][-1] + self.columns[3][-1]

    def handed_out_at(self):
        """When its first record was."""
        return self.columns[1][0] / SECOND

    def __str__(self):
        return f"{self.place[0]}-{self.place[1]}"


class Ledger:
    def __init__(self, member):
        self.member = member
        self.stays = []
        self.strays = []        # (place, Run): of partitions that it did not have
        self.commits = []       # (told, place, offset): by hand, and acknowledged
        self.refused = Counter()
        self.failures = []      # (time, reason): nothing but an error was handed out
        self.stalls = []
        self.closing = self.closed = self.not_closed = None
        self._held = {}         # place: Stay

    def read(self, lines):
        """Takes in a member's output. A line without its end, as a crash leaves it, is void."""
        for line in lines:
            if line.endswith("\n"):
                what, _, rest = line.partition(" ")
                self._TAKE[what](self, rest)
        return self

    def handed_out(self):
        return sum(sum(stay.columns[3]) for stay in self.stays)

    def _handed_out(self, rest):
        begin, end, topic, partition, *run = rest.split()
        stay = self._held.get(_place(topic, partition))
        run = [int(begin), int(end), *map(int, run)]
        if stay:
            stay.add(*run)
        else:
            self.strays.append((_place(topic, partition),
                                Run(run[0] / SECOND, run[1] / SECOND, *run[2:])))

    def _assigned(self, rest):
        time, places = _places(rest)
        for place in places:
            self._held[place] = Stay(self.member, place, time)
            self.stays.append(self._held[place])

    def _revoked(self, rest):
        self._given_up(rest, REVOKED if self.closing is None else CLOSED)

    def _given_up(self, rest, how):
        time, places = _places(rest)
        for place in places:
            stay = self._held.pop(place, None)
            if stay:
                stay.end, stay.how = time, how

    def _committed(self, rest):
        _asked, told, topic, partition, offset = rest.split()
        self.commits.append((int(told) / SECOND, _place(topic, partition), int(offset)))

    def _refused(self, rest):
        self.refused[re.sub(r"\d+", "#", rest.split(maxsplit=2)[2].strip())] += 1

    def _failed(self, rest):
        time, _, reason = rest.strip().partition(" ")
        self.failures.append((int(time) / SECOND, reason))

    def _stalled(self, rest):
        begin, end = rest.split()
        self.stalls.append((int(begin) / SECOND, int(end) / SECOND))

    def _closing(self, rest):
        self.closing = int(rest.split()[0]) / SECOND

    def _closed(self, rest):
        self.closed = int(rest.split()[0]) / SECOND

    def _not_closed(self, rest):
        time, _, reason = rest.strip().partition(" ")
        self.not_closed = (int(time) / SECOND, reason)

    _TAKE = {"handed_out": _handed_out, "assigned": _assigned, "committed": _committed,
             "revoked": _revoked, "lost": lambda self, rest: self._given_up(rest, LOST),
             "refused": _refused, "failed": _failed, "stalled": _stalled,
             "closing": _closing, "closed": _closed, "not_closed": _not_closed}


def _places(rest):
    time, *words = rest.split()
    return int(time) / SECOND, [_place(*pair) for pair in zip(words[::2], words[1::2])]


@functools.cache
def _place(topic, partition):
    """The same object for the same place."""
    return topic, int(partition)
