"""What came of a run, for people."""

from collections import Counter

from . import recovery
from .checker import CHECKS, lateness
from .ledger import DELIVERED, NOT_WRITTEN, SECOND, UNKNOWN


def lines(title, events, elections, ledgers, findings, limits):
    yield title
    faults = Counter(event.fault.kind for event in events)
    kinds = ", ".join(f"{count} {kind}" for kind, count in faults.items())
    yield f"{faults.total()} faults ({kinds}), {len(elections)} changes of a leader"
    yield ""
    counts = {kind: sum(ledger.count(kind) for ledger in ledgers.values())
              for kind in (DELIVERED, NOT_WRITTEN, UNKNOWN)}
    yield (f"{sum(ledger.sent for ledger in ledgers.values()):,} records: "
           f"{counts[DELIVERED]:,} delivered, {counts[NOT_WRITTEN]:,} not written, "
           f"{counts[UNKNOWN]:,} unknown")
    for reason, count in sum((l.reasons for l in ledgers.values()), Counter()).most_common():
        yield f"  {count:,} {reason}"
    yield from _times(ledgers, limits)
    yield from _recovery(recovery.waits(elections, events, ledgers))
    yield ""
    for check, meaning in CHECKS.items():
        yield f"{check:<18}{findings.counts[check]:>8,}   {meaning}"
        for example in findings.examples.get(check, []):
            yield f"    {example}"


def _recovery(waits):
    """What to expect of a client: a second. It is told, and no finding: the brokers have their
    part in it."""
    kinds = ", ".join(recovery.FAULTS)
    if not waits:
        yield f"no leader changed by {kinds}"
        return
    median, p99, longest = (waits[len(waits) * share // 100][0] for share in (50, 1, 0))
    yield (f"delivered again after {len(waits)} new leaders ({kinds}): {median:.3f} s (median), "
           f"{p99:.3f} s (p99), {longest:.3f} s (latest)")
    for seconds, election, fault in waits[:3]:
        yield (f"    {seconds:.3f} s: {election.topic}-{election.partition}, led by "
               f"{election.leader} since {election.time:.3f} s; {fault}")


def _times(ledgers, limits):
    timeout = limits.delivery_timeout
    told = [(ledger, number) for ledger in ledgers.values() for number in ledger.told()]
    took = sorted(ledger.took(number) for ledger, number in told)
    if took:
        p50, p999 = (took[len(took) * share // 1000] for share in (500, 999))
        yield f"told after {p50:.3f} s (median), {p999:.3f} s (p99.9), {took[-1]:.3f} s (latest)"
    late = sorted((lateness(ledger, number, timeout) for ledger, number in told
                   if ledger.took(number) > timeout), reverse=True)
    # Of all outcomes, not only of these: the rest came in time.
    p999 = late[len(took) // 1000] if len(late) > len(took) // 1000 else 0
    yield (f"after the delivery timeout of {timeout:g} s, the workers' own stalls taken off: "
           f"{max(0, p999):.3f} s (p99.9), {max([0, *late]):.3f} s (latest)")
    stalls = [(end - begin) / SECOND for ledger in ledgers.values() for begin, end in ledger.stalls]
    yield (f"the workers' own stalls: {len(stalls)}, {sum(stalls):.2f} s in all, "
           f"the longest {max(stalls, default=0):.3f} s")
