"""A run of a chain: a source, groups, and what is done to all of them."""

import time
from typing import NamedTuple

from kcpp_kafka import Problem

from .. import cluster, recovery
from ..group import commits
from ..group.nemesis import Nemesis as MemberNemesis
from ..nemesis import Nemesis as BrokerNemesis
from ..outcome import Outcome
from ..worker import program
from . import at_once, checker, content, progress, report, schedule, way
from .cutter import Cutter
from .programs import Forwarder, Source

MIX = "kill"       # of the brokers
JOIN_SECONDS = 2   # before the first fault
END_SECONDS = 60   # for a member that was told to end, while brokers may be missing
FOREVER = float("inf")


class Happened(NamedTuple):
    """What was done, and how long it took."""
    events: list     # faults of brokers
    steps: list      # what happened to members
    cuts: int
    elections: list
    wrote: float     # seconds from the first record to the last
    whole: float     # seconds from there until nothing was broken any more
    finished: float  # seconds from there until everything was committed, or time was up
    broken_off: bool  # as a member had ended by itself


def run(title, options, brokers, proxy, folder, say):
    for old in (*folder.glob("stage-*.txt"), *folder.glob("stage-*.log")):
        old.unlink()
    load = way.Load(options.records, options.keys, options.partitions)
    chain = _Chain(load, options, brokers, proxy, folder, say)
    try:
        chain.work()
    finally:
        chain.end()
    ledgers = {(member.stage, member.number): member.ledger() for member in chain.members()}
    groups = [way.group(stage) for stage in way.stages()]
    verdict = checker.check(load, content.read(chain.bootstrap, chain.clocks),
                            commits.read(chain.bootstrap, groups, chain.clocks), ledgers)
    for line in chain.missing:
        verdict.findings.add("unfinished", line)
    if not chain.well():  # the run was broken off, and what has not arrived says nothing
        verdict.findings.forget("lost", "left over", "unfinished")
    for reason in chain.died(ledgers):
        verdict.findings.add("died", reason)
    happened = chain.happened(recovery.elections(brokers))
    return Outcome(verdict.findings, list(report.lines(title, load, happened, ledgers, verdict)))


class _Chain:
    def __init__(self, load, options, brokers, proxy, folder, say):
        self.load, self.options = load, options
        self.bootstrap, self.clocks = cluster.bootstrap(brokers), commits.Clocks()
        self.brokers = BrokerNemesis(brokers, proxy, say, way.layout(load.partitions).places())
        self.cutter = Cutter(proxy, options.seed)
        self.missing = []
        self.written = self.calm = self.over = self.brokers.begin
        source = options.source or program(options.build, "kcpp", "source")
        path = options.forwarder or program(options.build, "kcpp", "forwarder")
        self.stages = {stage: self._stage(stage, path, folder, say) for stage in way.stages()}
        self.source = Source(source, folder, self.bootstrap, options)

    def _stage(self, stage, path, folder, say):
        def start(number):
            return Forwarder(stage, number, path, folder, self.bootstrap, self.options)
        return MemberNemesis(start, self.clocks, lambda line: say(f"{line} of stage {stage}"),
                             END_SECONDS)

    def work(self):
        time.sleep(JOIN_SECONDS)
        seed = self.options.seed
        tasks = [lambda goes_on: self.brokers.run(MIX, seed, FOREVER, goes_on), self.cutter.run]
        tasks += [lambda goes_on, stage=stage, nemesis=nemesis:
                  nemesis.run(schedule.steps(seed, stage), goes_on)
                  for stage, nemesis in self.stages.items()]
        at_once.run([*tasks, self._note_when_written], lambda: self.source.alive() and self.well())
        self.calm = time.monotonic()
        if not self.source.went_well() and self.well():
            raise Problem(f"the source ended; see {self.source.log}")
        self.missing = progress.wait(
            lambda: progress.missing(self.bootstrap, self.load.partitions, self.clocks),
            self.calm + self.options.finish_seconds, self._look)
        self.over = time.monotonic()
        for nemesis in self.stages.values():
            nemesis.stop_all()

    def _note_when_written(self, goes_on):
        while goes_on():
            time.sleep(0.1)
        self.written = time.monotonic()

    def well(self):
        """Whether no member was seen to have ended by itself."""
        return not any(nemesis.died for nemesis in self.stages.values())

    def _look(self):
        for nemesis in self.stages.values():
            nemesis.look()
        return self.well()

    def end(self):
        for nemesis in self.stages.values():
            nemesis.end()
        self.source.end()

    def members(self):
        return [member for nemesis in self.stages.values() for member in nemesis.members]

    def died(self, ledgers):
        """Who ended badly, and why."""
        for nemesis in self.stages.values():
            for member in nemesis.died:
                yield f"{member}, exit status {member.process.returncode}; see {member.log}"
        for member in self.members():
            ledger = ledgers[member.stage, member.number]
            if ledger.not_closed and ledger.closing > self.over:  # nothing was broken then
                yield "{} at {:.3f} s: {}".format(member, *ledger.not_closed)

    def happened(self, elections):
        steps = [step for nemesis in self.stages.values() for step in nemesis.steps]
        return Happened(self.brokers.events, steps, self.cutter.cuts, elections,
                        self.written - self.source.began, self.calm - self.written,
                        self.over - self.calm, not self.well())
