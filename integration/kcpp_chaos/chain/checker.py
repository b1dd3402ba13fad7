"""Compares the topics with each other, and with what the groups committed. No I/O, no clock."""

from array import array

from ..group.commits import History
from . import record
from .verdict import Limits, Verdict
from .way import TOPICS, stages

VOID = -1  # instead of the index of a record that is none of ours
NEVER = float("inf")


def check(load, records, history, ledgers, limits=Limits()):
    """What is wrong with the `records`, which are as content.read gives them, with the History of
    each place, and with the `ledgers`, which are by stage and member."""
    return _Checker(load, limits).check(records, history, ledgers)


class Log:
    """A partition, as far as it matters to the topic that follows."""

    def __init__(self):
        self.indices = array("q")  # which record it is
        self.copied = array("d")   # when it was first written to the next topic


class _Checker:
    def __init__(self, load, limits):
        self.load, self.limits = load, limits
        self.verdict = Verdict()
        self.add = self.verdict.findings.add
        self.logs = {(hop, partition): Log()
                     for hop in range(len(TOPICS)) for partition in range(load.partitions)}
        self.appeared = [bytearray(load.records) for _ in TOPICS]
        self.newest = [array("q", [0]) * load.keys for _ in TOPICS]  # number of each key
        self.homes = {}  # key: partition
        self.steps = {}  # (hop, member, stay): the last offset that it made a copy of

    def check(self, records, history, ledgers):
        for hop, partition, offset, time, key, raw in records:
            self._take(hop, partition, offset, time, key, raw)
        for hop in range(len(TOPICS)):
            self._check_lost(hop)
        for stage in stages():
            for partition in range(self.load.partitions):
                place = (TOPICS[stage - 1], partition)
                self._check_commits(place, self.logs[stage - 1, partition],
                                    history.get(place, History()))
        for (_stage, member), ledger in ledgers.items():
            self._check_told(member, ledger, history)
        return self.verdict

    def _take(self, hop, partition, offset, time, key, raw):
        value, index = record.parse(raw), VOID
        if value is None:
            self.add("corrupted", f"{TOPICS[hop]}-{partition}@{offset}: {raw[:80]!r}")
        elif not self._belongs(value, hop, partition, key):
            self.add("foreign", f"{TOPICS[hop]}-{partition}@{offset}: {raw[:80]!r}")
        else:
            index = self.load.index(value.key, value.number)
            if hop > 0:
                self._check_step(value, hop, partition, offset, time)
            self._check_order(value, index, hop, partition, offset)
        log = self.logs[hop, partition]
        log.indices.append(index)
        log.copied.append(NEVER)
        self.verdict.records[hop] += 1

    def _belongs(self, value, hop, partition, key):
        load = self.load
        index = load.index(value.key, value.number)
        if (value.hop != hop or key != b"%d" % value.key or not 0 <= value.key < load.keys
                or value.number < 1 or index >= load.records):
            return False
        if hop == 0:
            return self.homes.setdefault(value.key, partition) == partition
        source = self.logs[hop - 1, partition].indices  # a key has its place in every topic
        return 0 <= value.source < len(source) and source[value.source] == index

    def _check_step(self, value, hop, partition, offset, time):
        """Who reads a partition and writes what it has read makes one copy after the other."""
        copied = self.logs[hop - 1, partition].copied
        copied[value.source] = min(copied[value.source], time)
        stay = (hop, value.member, value.stay)
        before = self.steps.get(stay)
        if before is not None and value.source != before + 1:
            self.add("out of step", f"{TOPICS[hop]}-{partition}@{offset}: made from @{value.source} "
                                    f"behind @{before} by member {value.member} of stage {hop}")
        self.steps[stay] = value.source

    def _check_order(self, value, index, hop, partition, offset):
        """What comes again is a replay; what is there for the first time follows its key's."""
        appeared, newest = self.appeared[hop], self.newest[hop]
        where = f"{TOPICS[hop]}-{partition}@{offset}: {self.load.name(index)}"
        if appeared[index]:
            self.verdict.repeats[hop] += 1
            if hop == 0:
                self.add("duplicated", where)
            return
        appeared[index] = 1
        if value.number < newest[value.key]:
            self.add("reordered", f"{where}, behind record {newest[value.key]}")
        newest[value.key] = max(newest[value.key], value.number)

    def _check_lost(self, hop):
        appeared = self.appeared[hop]
        at = appeared.find(0)
        while at >= 0:
            if hop == 0 or self.appeared[hop - 1][at]:
                self.add("lost", f"{self.load.name(at)}: not in {TOPICS[hop]}")
            at = appeared.find(0, at + 1)

    def _check_commits(self, place, log, history):
        name, following, done = f"{place[0]}-{place[1]}", TOPICS[TOPICS.index(place[0]) + 1], 0
        for time, offset in zip(history.times, history.offsets):
            for source in range(done, offset):
                copied = log.copied[source] if source < len(log.copied) else NEVER
                if copied > time + self.limits.clocks:
                    when = "never" if copied == NEVER else f"at {copied:.3f} s"
                    self.add("skipped", f"{name}@{source}: @{offset} was committed at {time:.3f} s;"
                                        f" it was written to {following} {when}")
            done = max(done, offset)
        for time, offset, before in history.steps_back():
            self.add("taken back", f"{name}: @{offset} at {time:.3f} s, when @{before} was "
                                   "committed")
        behind = log.copied[history.last():]
        if behind:
            self.add("left over", f"{name}@{history.last()} to @{len(log.copied) - 1}, "
                                  f"{behind.count(NEVER)} of them not in {following}", len(behind))

    def _check_told(self, member, ledger, history):
        for time, place, offset in ledger.commits:
            if history.get(place, History()).highest(time + self.limits.clocks) < offset:
                self.add("commits lost", f"{place[0]}-{place[1]}@{offset}, told to member {member} "
                                         f"at {time:.3f} s")
