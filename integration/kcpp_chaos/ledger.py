"""What a worker said: one outcome for each record, and when it did not get the processor.

workers/worker.hpp describes the lines.
"""

import functools
import re
from array import array
from collections import Counter

DELIVERED, NOT_WRITTEN, UNKNOWN = "delivered", "not_written", "unknown"
NOTHING = "nothing"  # was told yet
KINDS = (NOTHING, DELIVERED, NOT_WRITTEN, UNKNOWN)
SECOND = 1_000_000  # times are in microseconds of the monotonic clock
REASONS = 12  # a few are worth counting; numbers in them are left out, so that they repeat


class Ledger:
    """A worker's records, in columns by their numbers: there are millions of them."""

    def __init__(self):
        self.sent = 0             # the records 0 to sent - 1 were given to the client
        self.kinds = bytearray()  # indices in KINDS; 0 is NOTHING
        self.places = []          # (topic, partition)
        self.offsets = array("q")
        self.sent_at = array("q")
        self.told_at = array("q")
        self.told_again = []      # numbers of records with more than one outcome
        self.stalls = []          # (begin, end)
        self.reasons = Counter()  # why records were not delivered

    def kind(self, number):
        return KINDS[self.kinds[number]]

    def count(self, kind):
        return self.kinds.count(KINDS.index(kind))

    def told(self):
        """The numbers of all records with an outcome."""
        return (number for number, kind in enumerate(self.kinds) if kind)

    def took(self, number):
        """Seconds from sending to the outcome."""
        return (self.told_at[number] - self.sent_at[number]) / SECOND

    def deliveries(self):
        """When records were told delivered, for each place where any outcome was told: in seconds,
        in order."""
        times = {place: [] for place in set(self.places) - {None}}
        for number in self.told():
            if self.kind(number) == DELIVERED:
                times[self.places[number]].append(self.told_at[number] / SECOND)
        for of_place in times.values():
            of_place.sort()
        return times

    def read(self, lines):
        """Takes in a worker's output. A line without its end, as a crash leaves it, is void."""
        for line in lines:
            if line.endswith("\n"):
                self._take(line.split(maxsplit=7))
        self._grow(self.sent)
        return self

    def _take(self, words):
        if words[0] == "sent":
            self.sent = int(words[1])
        elif words[0] == "stalled":
            self.stalls.append((int(words[1]), int(words[2])))
        else:
            self._outcome(*words)

    def _outcome(self, kind, number, topic, partition, offset, sent_at, told_at, reason=None):
        number = int(number)
        self.sent = max(self.sent, number + 1)
        self._grow(number + 1)
        if self.kinds[number]:
            self.told_again.append(number)
            return
        self.kinds[number] = KINDS.index(kind)
        self.places[number] = _place(topic, partition)
        self.offsets[number] = int(offset)
        self.sent_at[number] = int(sent_at)
        self.told_at[number] = int(told_at)
        if reason:
            self._remember(kind, reason)

    def _remember(self, kind, reason):
        told = f"{kind}: " + re.sub(r"\d+", "#", reason.strip())
        if told in self.reasons or len(self.reasons) < REASONS:
            self.reasons[told] += 1

    def _grow(self, size):
        more = size - len(self.kinds)
        if more > 0:
            self.kinds.extend(bytes(more))
            self.places.extend([None] * more)
            for column in (self.offsets, self.sent_at, self.told_at):
                column.extend([0] * more)


@functools.cache
def _place(topic, partition):
    """The same object for the same place: records are many, places are few."""
    return topic, int(partition)
