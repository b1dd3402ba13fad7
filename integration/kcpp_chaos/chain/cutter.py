"""Cuts the clients off a broker, every second, for a moment."""

import random
import time

from ..cluster import BROKERS
from ..proxy import CLIENTS, Cut

EVERY = 1           # seconds
FOR_AT_MOST = 0.3   # seconds


class Cutter:
    def __init__(self, proxy, seed):
        self.proxy = proxy
        self.chance = random.Random(f"cuts {seed}")
        self.cuts = 0

    def run(self, goes_on):
        """Resets all connections to one broker after the other, as long as `goes_on`."""
        while goes_on():
            length = self.chance.uniform(0, FOR_AT_MOST)
            self.proxy.begin(Cut(self.chance.randint(1, BROKERS), CLIENTS, resets=True))
            time.sleep(length)
            self.proxy.heal()
            self.cuts += 1
            time.sleep(EVERY - length)
