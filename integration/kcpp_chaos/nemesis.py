"""Breaks the cluster as the schedule says, mends it, and waits until it is whole."""

import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass

from kcpp_kafka import health

from . import leaders, schedule
from .cluster import BROKERS, PLACES
from .proxy import CLIENTS, PEERS, Cut

HEAL_SECONDS = 120
SETTLE_SECONDS = 1  # brokers that were frozen all believe at first that nothing has happened


@dataclass
class Event:
    """A fault that was, in seconds of the monotonic clock."""
    fault: schedule.Fault
    begin: float   # before anything is broken
    mended: float  # nothing is broken any more
    healed: float  # and every replica is in sync


class Nemesis:
    def __init__(self, cluster, proxy, say, places=PLACES):
        """`places`: all partitions, for leaders to be moved."""
        self.cluster, self.proxy, self.say, self.places = cluster, proxy, say, places
        self.events = []
        self.begin = time.monotonic()

    def run(self, mix, seed, seconds, goes_on):
        """Fault after fault, until `seconds` have passed or `goes_on` says no."""
        for fault in schedule.faults(mix, seed):
            time.sleep(fault.pause)
            if time.monotonic() - self.begin > seconds or not goes_on():
                return
            self.strike(fault)

    def strike(self, fault):
        begin = time.monotonic()
        with _BREAK[fault.kind](self, fault):
            time.sleep(fault.seconds)
        mended = time.monotonic()
        health.wait(self.cluster, HEAL_SECONDS)
        time.sleep(SETTLE_SECONDS)
        health.wait(self.cluster, HEAL_SECONDS)
        event = Event(fault, begin, mended, time.monotonic())
        self.events.append(event)
        self.say(f"{begin:.3f} s (+{begin - self.begin:.0f} s): {fault}; "
                 f"whole after {event.healed - mended:.1f} s")

    def calm(self):
        """The times without a fault, as (begin, end)."""
        healed = [self.begin, *(event.healed for event in self.events)]
        broken = [*(event.begin for event in self.events), time.monotonic()]
        return list(zip(healed, broken))

    @contextmanager
    def _ended(self, fault):
        number, = fault.brokers
        how = signal.SIGKILL if fault.kind == schedule.KILL else signal.SIGTERM
        self.cluster.stop(number, how)
        yield
        self.cluster.start(number)

    @contextmanager
    def _frozen(self, fault):
        for number in fault.brokers:
            self.cluster.pause(number)
        yield
        for number in fault.brokers:
            self.cluster.resume(number)

    @contextmanager
    def _cut(self, fault):
        side = CLIENTS if fault.kind == schedule.CUT_CLIENTS else PEERS
        self.proxy.begin(Cut(*fault.brokers, side, fault.resets))
        yield
        self.proxy.heal()

    @contextmanager
    def _swallowed(self, fault):
        self.proxy.swallow(*fault.brokers, fault.count)
        yield
        self.proxy.heal()

    @contextmanager
    def _moved(self, fault):
        order = {place: [(number + fault.count + turn) % BROKERS + 1 for turn in range(BROKERS)]
                 for number, place in enumerate(self.places)}
        leaders.move(self.cluster.broker(*fault.brokers)["port"], self.places, order)
        yield


_BREAK = {schedule.KILL: Nemesis._ended, schedule.ROLL: Nemesis._ended,
          schedule.FREEZE: Nemesis._frozen, schedule.FREEZE_MAJORITY: Nemesis._frozen,
          schedule.CUT_CLIENTS: Nemesis._cut, schedule.CUT_PEERS: Nemesis._cut,
          schedule.SWALLOW: Nemesis._swallowed, schedule.MOVE: Nemesis._moved}
