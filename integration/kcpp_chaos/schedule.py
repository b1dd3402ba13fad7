"""What goes wrong, and when: an endless list of faults, the same for the same seed."""

import random
from dataclasses import dataclass

from .cluster import BROKERS

KILL = "kill"                        # SIGKILL, and started again
ROLL = "roll"                        # SIGTERM, and started again
FREEZE = "freeze"                    # SIGSTOP, for longer and for less than a broker's session
FREEZE_MAJORITY = "freeze majority"  # no controller, nothing in sync, leaders that wake up late
CUT_CLIENTS = "cut from clients"
CUT_PEERS = "cut from peers"         # leaders without followers that do not know who follows them
SWALLOW = "swallow answers"          # written, but the connection is gone before the answer
MOVE = "move leaders"

MIXES = {
    "kill": (KILL, ROLL, MOVE),
    "freeze": (FREEZE, FREEZE_MAJORITY, FREEZE_MAJORITY),
    "cut": (CUT_CLIENTS, CUT_PEERS, SWALLOW, MOVE),
}
MIXES["all"] = (KILL, ROLL, FREEZE, FREEZE_MAJORITY, CUT_CLIENTS, CUT_PEERS, SWALLOW, MOVE)

SECONDS = {KILL: (0, 5), ROLL: (0, 5), FREEZE: (1, 8), FREEZE_MAJORITY: (4, 12),
           CUT_CLIENTS: (1, 12), CUT_PEERS: (1, 12), SWALLOW: (1, 3), MOVE: (0, 0)}
PAUSE = (0.5, 4)
LONG_PAUSE = 11  # now and then: a stall of ten seconds without any fault could be seen
LONG_PAUSES = 0.1


@dataclass(frozen=True)
class Fault:
    kind: str
    brokers: tuple   # whom it hits: two for FREEZE_MAJORITY, else one
    seconds: float   # until it is undone
    resets: bool     # of a cut: connections are reset, not just silent
    count: int       # answers to swallow; by how much leaders move on
    pause: float     # without any fault, once the cluster is whole again

    def __str__(self):
        more = {CUT_CLIENTS: " by resets" if self.resets else " silently",
                SWALLOW: f" to {self.count} requests"}
        more[CUT_PEERS] = more[CUT_CLIENTS]
        who = "" if self.kind == MOVE else " " + "+".join(map(str, self.brokers))
        return f"{self.kind}{who}{more.get(self.kind, '')}, {self.seconds:.1f} s"


def faults(mix, seed):
    """Every kind of the mix in a random order, then all of them again in another one."""
    chance = random.Random(f"{mix} {seed}")
    while True:
        for kind in chance.sample(MIXES[mix], len(MIXES[mix])):
            yield _fault(kind, chance)


def _fault(kind, chance):
    hit, seconds = 1, chance.uniform(*SECONDS[kind])
    if kind == FREEZE_MAJORITY:  # rather long: beyond the delivery timeout it hurts most
        hit, seconds = 2, max(seconds, chance.uniform(*SECONDS[kind]))
    return Fault(kind,
                 tuple(sorted(chance.sample(range(1, BROKERS + 1), hit))),
                 seconds,
                 chance.random() < 0.5,
                 chance.randint(1, 5),
                 LONG_PAUSE if chance.random() < LONG_PAUSES else chance.uniform(*PAUSE))
