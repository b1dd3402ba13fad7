"""What is judged of a run, and what may come of it."""

from collections import Counter
from dataclasses import dataclass, field

from ..checker import Findings

CHECKS = {
    "skipped": "in the log below the committed offset, and handed out to nobody",
    "left over": "in the log, and handed out to nobody though all was well in the end",
    "passed over": "before the first of a stay, and not committed",
    "out of order": "not what follows the one before, in one stay of a partition with a member",
    "below commits": "handed out below what the group had committed",
    "repeated": "handed out again after the member that had them left in good order",
    "not committed": "read by a member that left in good order, and not committed",
    "taken back": "commits of less than what was committed before",
    "commits lost": "commits that were acknowledged, and nothing as high is in the brokers' log",
    "not its own": "handed out of a partition that the member did not have",
    "damaged": "handed out, and not as they are in the log",
    "stalled": "times without anything from a partition of a healthy group",
    "failed": "errors instead of records, from healthy brokers",
    "died": "members that ended badly, late, or not at all",
}


@dataclass(frozen=True)
class Limits:
    """In seconds."""
    thaw: float = 0.001     # what a call that was frozen gives so soon is counted apart
    clocks: float = 0.05    # how far the brokers' clock may be from that of the members
    settled: float = 3      # so long after a thaw, a member knows what it has
    stall: float = 10
    close: float = 6.5      # a consumer has 5 s; what it hangs in then is given up after another


@dataclass
class Seen:
    """A run, as far as it can be judged."""
    ledgers: dict                               # member: Ledger
    content: dict                               # place: Content
    history: dict                               # place: History
    freezes: dict = field(default_factory=dict)  # member: [(begin, end)]
    calm: list = field(default_factory=list)     # when all members were awake: [(begin, end)]


@dataclass
class Verdict:
    findings: Findings = field(default_factory=Findings)
    at_thaw: int = 0                                # below commits, by a call that was frozen
    repeats: Counter = field(default_factory=Counter)  # by how the stay before had ended
    gaps: list = field(default_factory=list)        # (seconds, place, begin), the longest of each
