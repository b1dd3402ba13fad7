"""What came of a run, for people."""

from collections import Counter

from .member import STYLES
from .verdict import CHECKS


def lines(title, steps, members, seen, verdict):
    yield title
    kinds = Counter(step.kind for step in steps)
    yield f"{kinds.total()} steps (" + ", ".join(f"{n} {kind}" for kind, n in kinds.items()) + ")"
    yield ""
    total = sum(map(len, seen.content.values()))
    ledgers = seen.ledgers.values()
    yield (f"{total:,} records; {sum(ledger.handed_out() for ledger in ledgers):,} handed out to "
           f"{len(members)} members, in {sum(len(ledger.stays) for ledger in ledgers):,} stays of "
           "a partition with a member")
    for reading, committing in STYLES:
        count = sum(seen.ledgers[member.number].handed_out() for member in members
                    if (member.reading, member.committing) == (reading, committing))
        yield f"  {count:,} by {reading}, committed {_HOW[committing]}"
    commits = sum(len(of_place.offsets) for of_place in seen.history.values())
    acknowledged = sum(len(ledger.commits) for ledger in ledgers)
    refused = sum(ledger.refused.total() for ledger in ledgers)
    yield (f"{commits:,} commits in the brokers' log; by hand, {acknowledged:,} offsets were "
           f"acknowledged, and {refused:,} commits failed")
    for reason, count in sum((ledger.refused for ledger in ledgers), Counter()).most_common(8):
        yield f"  {count:,} {reason}"
    yield from _repeats(verdict)
    yield from _gaps(verdict)
    stalls = [end - begin for ledger in ledgers for begin, end in _own(ledger, seen)]
    yield (f"the members' own stalls: {len(stalls)}, {sum(stalls):.2f} s in all, the longest "
           f"{max(stalls, default=0):.3f} s")
    yield ""
    for check, meaning in CHECKS.items():
        yield f"{check:<18}{verdict.findings.counts[check]:>8,}   {meaning}"
        for example in verdict.findings.examples.get(check, []):
            yield f"    {example}"


_HOW = {"auto": "by itself", "hand": "by hand"}


def _repeats(verdict):
    """At least once is what was promised. How much is a matter of how often is committed."""
    told = ", ".join(f"{count:,} {how}" for how, count in sorted(verdict.repeats.items()))
    yield f"handed out again, by how the stay before had ended: {told or 'nothing'}"
    yield (f"handed out below the commits by a call that was frozen itself, right after the thaw: "
           f"{verdict.at_thaw:,}")


def _gaps(verdict):
    for seconds, (topic, partition), since in sorted(verdict.gaps, reverse=True)[:2]:
        yield (f"the longest time without a record of {topic}-{partition}: {seconds:.1f} s, from "
               f"{since:.3f} s")


def _own(ledger, seen):
    """The times when it did not get the processor, without those when it was frozen."""
    freezes = seen.freezes.get(ledger.member, [])
    return [(begin, end) for begin, end in ledger.stalls
            if not any(frozen < end and begin < thawed for frozen, thawed in freezes)]
