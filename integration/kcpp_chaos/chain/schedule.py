"""What happens to the members of one stage, and when: the same for the same seed."""

import random

from ..group.schedule import ADD, FIRST, KILL, STOP, Step

FAULTS = (ADD, ADD, KILL, STOP)  # as many come as go
FEWEST, MOST = 2, 4              # members
PAUSE = (2, 5)


def steps(seed, stage):
    """Without an end. The members 0 to FIRST - 1 are there already."""
    chance = random.Random(f"chain {seed} {stage}")
    alive, known, at = set(range(FIRST)), FIRST, 0
    while True:
        for kind in chance.sample(FAULTS, len(FAULTS)):
            at += chance.uniform(*PAUSE)
            if kind == ADD and len(alive) == MOST:
                kind = chance.choice((KILL, STOP))
            elif kind != ADD and len(alive) == FEWEST:
                kind = ADD
            if kind == ADD:
                member, known = known, known + 1
                alive.add(member)
            else:
                member = chance.choice(sorted(alive))
                alive.remove(member)
            yield Step(at, kind, member)
