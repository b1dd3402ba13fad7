"""What is judged of a chain, and what may come of it."""

from collections import Counter
from dataclasses import dataclass, field

from ..checker import Findings

CHECKS = {
    "lost": "in one topic (or sent), and not in the next",
    "skipped": "below an offset when it was committed, and not yet in the next topic, or never",
    "left over": "not committed in the end",
    "reordered": "first seen behind a later record of the same key",
    "out of step": "not made from what follows the one before, in one stay of a partition with a "
                   "member",
    "duplicated": "more than once in the first topic",
    "corrupted": "not as their checksum says",
    "foreign": "where they do not belong, sent by nobody, or not what they were made from",
    "taken back": "commits of less than what was committed before",
    "commits lost": "commits that were acknowledged, and nothing as high is in the brokers' log",
    "unfinished": "partitions that were not read to their end in time, once faults had stopped",
    "died": "members that ended badly, late, or not at all",
}


@dataclass(frozen=True)
class Limits:
    """In seconds."""
    clocks: float = 0.05  # how far two clocks may be apart


@dataclass
class Verdict:
    findings: Findings = field(default_factory=Findings)
    records: Counter = field(default_factory=Counter)  # by hop
    repeats: Counter = field(default_factory=Counter)  # of those, what was there already
