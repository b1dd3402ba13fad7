"""What came of a chain, for people."""

import re
from collections import Counter

from .verdict import CHECKS
from .way import TOPICS


def lines(title, load, happened, ledgers, verdict):
    yield title
    yield ", ".join(_faults(happened))
    yield ""
    if happened.broken_off:
        yield f"broken off after {happened.wrote:.1f} s"
    else:
        yield (f"{load.records:,} records were written in {happened.wrote:.1f} s, while all that "
               f"broke; {happened.whole:.1f} s later it was mended, and {happened.finished:.1f} s "
               "after that the last of them was committed, or time was up")
    yield from _hops(verdict)
    yield from _told(ledgers)
    yield ""
    for check, meaning in CHECKS.items():
        yield f"{check:<18}{verdict.findings.counts[check]:>8,}   {meaning}"
        for example in verdict.findings.examples.get(check, []):
            yield f"    {example}"


def _faults(happened):
    """Of each kind, how many."""
    brokers = Counter(event.fault.kind for event in happened.events)
    yield "brokers: " + (", ".join(f"{n} {kind}" for kind, n in brokers.items()) or "nothing")
    leaders = sum(election.leader > 0 for election in happened.elections)
    yield f"{leaders} new leaders"
    yield f"{happened.cuts} cuts of connections"
    members = Counter(step.kind for step in happened.steps)
    yield "members: " + (", ".join(f"{n} {kind}" for kind, n in members.items()) or "nothing")


def _hops(verdict):
    """At least once is what was promised. A repeat is copied by all stages that follow."""
    before = 0
    for hop, topic in enumerate(TOPICS):
        repeats = verdict.repeats[hop]
        yield (f"  {topic}: {verdict.records[hop]:,} records, {repeats:,} of them repeats, "
               f"{max(0, repeats - before):,} of these new")
        before = repeats


def _told(ledgers):
    acknowledged = sum(len(ledger.commits) for ledger in ledgers.values())
    refused = sum((ledger.refused for ledger in ledgers.values()), Counter())
    yield (f"by hand, {acknowledged:,} offsets were committed, and {refused.total():,} commits "
           "failed")
    for reason, count in refused.most_common(5):
        yield f"  {count:,} {reason}"
    failures = Counter(re.sub(r"\d+", "#", reason)
                       for ledger in ledgers.values() for _time, reason in ledger.failures)
    yield f"errors instead of records: {failures.total():,}"
    for reason, count in failures.most_common(5):
        yield f"  {count:,} {reason}"
    closed = [ledger.closed - ledger.closing for ledger in ledgers.values() if ledger.closed]
    not_closed = sum(ledger.not_closed is not None for ledger in ledgers.values())
    yield (f"members that closed: {len(closed)}, the slowest in {max(closed, default=0):.1f} s; "
           f"{not_closed} could not tell their group")
    stalls = [end - begin for ledger in ledgers.values() for begin, end in ledger.stalls]
    yield (f"the members' own stalls: {len(stalls)}, {sum(stalls):.2f} s in all, the longest "
           f"{max(stalls, default=0):.3f} s")
