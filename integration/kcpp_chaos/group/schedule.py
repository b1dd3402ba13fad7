"""What happens to the members, and when: the same for the same seed."""

import random
from typing import NamedTuple

ADD = "add"        # a new member
KILL = "kill"      # SIGKILL
STOP = "stop"      # SIGTERM: it closes its consumer
FREEZE = "freeze"  # SIGSTOP, for longer than its session or, now and then, for less
THAW = "thaw"      # SIGCONT
FAULTS = (ADD, ADD, KILL, STOP, FREEZE, FREEZE)  # as many come as go

FIRST, FEWEST, MOST = 3, 2, 5  # members: at the beginning, awake, alive
PAUSE = (2, 5)
LONG_PAUSES = 0.06  # now and then, so that what stands still can be seen
SHORT_FREEZES = 0.2


class Step(NamedTuple):
    at: float           # seconds after the beginning
    kind: str
    member: int         # numbers are not used again
    seconds: float = 0  # FREEZE: until the thaw

    def __str__(self):
        more = f" for {self.seconds:.1f} s" if self.kind == FREEZE else ""
        return f"{self.kind} member {self.member}{more}"


def steps(seed, session, seconds):
    """Faults for `seconds`, to members with a session timeout of `session`; and the thaws that
    follow. The members 0 to FIRST - 1 are there already."""
    return list(_Plan(seed, session).steps(seconds))


class _Plan:
    def __init__(self, seed, session):
        self.chance = random.Random(f"group {seed}")
        self.session = session
        self.alive = set(range(FIRST))
        self.frozen = {}  # until when
        self.known = FIRST

    def steps(self, seconds):
        at = 0
        for kind in self._kinds():
            long = self.chance.random() < LONG_PAUSES
            at += 3 * self.session if long else self.chance.uniform(*PAUSE)
            yield from self._thaws(min(at, seconds))
            if at > seconds:
                break
            yield from self._fault(at, kind)
        yield from self._thaws(float("inf"))

    def _kinds(self):
        while True:
            yield from self.chance.sample(FAULTS, len(FAULTS))

    def _thaws(self, until):
        for member, at in sorted(self.frozen.items(), key=lambda one: one[1]):
            if at <= until:
                del self.frozen[member]
                yield Step(at, THAW, member)

    def _fault(self, at, kind):
        awake = sorted(self.alive - self.frozen.keys())
        if kind != ADD and len(awake) <= FEWEST:
            kind = ADD
        if kind == ADD and len(self.alive) >= MOST:
            if len(awake) <= FEWEST:
                return  # the others are frozen, and have to thaw first
            kind = STOP
        member, seconds = self.chance.choice(awake), 0
        if kind == ADD:
            member = self.known
            self.known += 1
            self.alive.add(member)
        elif kind == FREEZE:
            seconds = self._freeze()
            self.frozen[member] = at + seconds
        else:
            self.alive.remove(member)
        yield Step(at, kind, member, seconds)

    def _freeze(self):
        if self.chance.random() < SHORT_FREEZES:
            return self.chance.uniform(0.5, self.session - 1)
        return self.chance.uniform(self.session + 1, 2 * self.session + 2)
