"""Compares what the workers were told with what the brokers hold. No I/O, no clock."""

from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from . import log
from .ledger import DELIVERED, NOT_WRITTEN, NOTHING, SECOND

CHECKS = {
    "lost": "told delivered, and not in the log",
    "duplicated": "in the log more than once (further copies)",
    "reordered": "in the log behind a later record of the same worker and partition",
    "foreign": "in the log where they do not belong, damaged, or sent by nobody",
    "misplaced": "told delivered at another place than they are at",
    "falsely reported": "told not written, and in the log",
    "unreported": "without an outcome",
    "reported again": "with more than one outcome",
    "late": "told after the delivery timeout and the grace it has",
    "stalled": "times without progress in a partition of a healthy cluster",
    "died": "workers that ended badly, or not at all",
}
EXAMPLES = 8
NEVER = -1


@dataclass(frozen=True)
class Limits:
    """In seconds."""
    delivery_timeout: float
    grace: float = 0.1         # 99.9 % of all outcomes come this soon after the timeout
    longest_grace: float = 1   # and all come this soon
    stall: float = 10


@dataclass
class Findings:
    counts: Counter = field(default_factory=Counter)
    examples: dict = field(default_factory=dict)

    def add(self, check, example, count=1):
        self.counts[check] += count
        examples = self.examples.setdefault(check, [])
        if len(examples) < EXAMPLES:
            examples.append(example)

    def forget(self, *checks):
        for check in checks:
            self.counts.pop(check, None)
            self.examples.pop(check, None)

    def none(self):
        return not self.counts.total()


def check(ledgers, records, calm, limits):
    """What is wrong with the `ledgers`, by worker, given all `records` of the log as log.read
    gives them, and the times without a fault as (begin, end) in seconds."""
    findings = Findings()
    found, copied = _read_log(ledgers, records, findings)
    for worker, ledger in ledgers.items():
        _check_outcomes(worker, ledger, found[worker], copied, findings)
        _check_stalls(worker, ledger, calm, limits, findings)
    _check_times(ledgers, limits, findings)
    return findings


def _read_log(ledgers, records, findings):
    """Where each record was found first, by worker and number, and those found again."""
    found = {w: array("q", [NEVER]) * ledger.sent for w, ledger in ledgers.items()}
    copied = set()
    newest = {}
    for topic, partition, offset, raw in records:
        value, place = log.parse(raw), f"{topic}-{partition}@{offset}"
        if not _belongs(value, topic, partition, ledgers):
            findings.add("foreign", f"{place}: {raw[:80]!r}")
            continue
        worker, number = value.worker, value.number
        name, told = _name(worker, number), ledgers[worker].kind(number)
        first = found[worker][number]
        if first != NEVER:
            copied.add((worker, number))
            findings.add("duplicated", f"{name}, told {told}: {place}, as well as @{first}")
            continue
        found[worker][number] = offset
        if told == DELIVERED and ledgers[worker].places[number] != (topic, partition):
            findings.add("misplaced",
                         f"{name}: told {ledgers[worker].places[number]}, is at {place}")
        before = newest.get((worker, topic, partition), NEVER)
        if number < before:
            findings.add("reordered", f"{name}, told {told}: {place}, behind record {before}")
        newest[worker, topic, partition] = max(number, before)
    return found, copied


def _belongs(value, topic, partition, ledgers):
    return (value is not None and (value.topic, value.partition) == (topic, partition)
            and value.worker in ledgers and 0 <= value.number < ledgers[value.worker].sent)


def _name(worker, number):
    return f"record {number} of worker {worker}"


def _check_outcomes(worker, ledger, found, copied, findings):
    for number in range(ledger.sent):
        kind, name, at = ledger.kind(number), _name(worker, number), found[number]
        if kind == DELIVERED and at == NEVER:
            findings.add("lost", f"{name}: {_told(ledger, number)}")
        elif (kind == DELIVERED and ledger.offsets[number] not in (at, NEVER)
              and (worker, number) not in copied):
            findings.add("misplaced", f"{name}: {_told(ledger, number)}, and is at @{at}")
        elif kind == NOT_WRITTEN and at != NEVER:
            findings.add("falsely reported", f"{name}: @{at}, {_told(ledger, number)}")
        elif kind == NOTHING:
            findings.add("unreported",
                         f"{name}, {'not in the log' if at == NEVER else f'in the log @{at}'}")
    for number in ledger.told_again:
        findings.add("reported again", f"{_name(worker, number)}: first {_told(ledger, number)}")


def _told(ledger, number):
    topic, partition = ledger.places[number]
    offset = f"@{ledger.offsets[number]}" if ledger.kind(number) == DELIVERED else ""
    return (f"told {ledger.kind(number)}, {topic}-{partition}{offset}, {ledger.took(number):.3f} s "
            f"after it was sent at {ledger.sent_at[number] / SECOND:.3f} s")


def lateness(ledger, number, timeout):
    """By how many seconds an outcome came after its timeout, without the time in which the worker
    stood still."""
    deadline = ledger.sent_at[number] + timeout * SECOND
    told = ledger.told_at[number]
    late = told - deadline
    if late > 0:
        late -= overlap(ledger.stalls, deadline, told)
    return late / SECOND


def overlap(spans, begin, end):
    """How much of the time from begin to end lies in `spans`, which are in order and apart."""
    both = 0
    for at in range(bisect_left(spans, begin, key=lambda span: span[1]), len(spans)):
        since, until = spans[at]
        if since >= end:
            break
        both += min(end, until) - max(begin, since)
    return both


def _check_times(ledgers, limits, findings):
    """Those behind the longest grace, and if more than a thousandth is behind the shorter one, all
    of those."""
    late = [(lateness(ledger, number, limits.delivery_timeout), worker, number)
            for worker, ledger in ledgers.items()
            for number in ledger.told()
            if ledger.took(number) > limits.delivery_timeout + limits.grace]
    late = sorted((one for one in late if one[0] > limits.grace), reverse=True)
    told = sum(1 for ledger in ledgers.values() for _ in ledger.told())
    if len(late) <= told / 1000:
        late = [one for one in late if one[0] > limits.longest_grace]
    for seconds, worker, number in late:
        findings.add("late", f"{_name(worker, number)}, told {ledgers[worker].kind(number)} "
                             f"{seconds:.3f} s after the delivery timeout")


def _check_stalls(worker, ledger, calm, limits, findings):
    """Between two deliveries to a partition, the cluster may be healthy for `limits.stall`."""
    if not calm:
        return
    for (topic, partition), times in sorted(ledger.deliveries().items()):
        times = [calm[0][0], *times, calm[-1][1]]
        for since, until in zip(times, times[1:]):
            stood = overlap(calm, since, until) if until - since > limits.stall else 0
            if stood > limits.stall:
                findings.add("stalled", f"worker {worker}, {topic}-{partition}: nothing delivered "
                                        f"from {since:.3f} to {until:.3f} s, {stood:.1f} s of that "
                                        "without a fault")
