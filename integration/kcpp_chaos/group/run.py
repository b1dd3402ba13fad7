"""A run of the role: a feeder, members, and what is done to them."""

import argparse
import time

from kcpp_kafka import Problem

from .. import cluster
from ..outcome import Outcome
from ..worker import Worker, program
from . import checker, commits, content, report, schedule
from .member import GROUP, Member
from .nemesis import Nemesis
from .verdict import Seen

JOIN_SECONDS = 2    # before the first fault
QUIET_SECONDS = 12  # at the end, so that what stands still can be seen
DRAIN_SECONDS = 6   # after the last record was written
STARVED_SECONDS = 0.5  # a member that gets no processor for so long is as good as frozen
END_SECONDS = 10    # beyond the delivery timeout, for the feeder to end


def run(title, options, brokers, _proxy, folder, say):
    for old in (*folder.glob("member-*.txt"), *folder.glob("member-*.log")):
        old.unlink()
    bootstrap = cluster.bootstrap(brokers)
    path = options.worker or program(options.build, options.client, "member")
    clocks = commits.Clocks()
    feeder = _start_feeder(folder, bootstrap, options)
    nemesis = Nemesis(lambda number: Member(number, path, folder, bootstrap, options), clocks, say)
    try:
        fed = _break(options, nemesis, feeder)
    finally:
        feeder.kill()
        nemesis.end()
    members = nemesis.members
    ledgers = {member.number: member.ledger() for member in members}
    starved = [(begin, end) for ledger in ledgers.values() for begin, end in ledger.stalls
               if end - begin > STARVED_SECONDS]
    seen = Seen(ledgers, content.read(bootstrap, cluster.TOPICS, cluster.PLACES),
                commits.read(bootstrap, [GROUP], clocks),
                {member.number: member.freezes for member in members},
                _without(fed, nemesis.absences(options.session_timeout) + starved))
    verdict = checker.check(seen)
    for member in nemesis.died:
        verdict.findings.add("died", f"{member}, exit status {member.process.returncode}; see "
                                     f"{member.log}")
    for ledger in seen.ledgers.values():
        if ledger.not_closed:
            verdict.findings.add("died", "member {} at {:.3f} s: {}".format(ledger.member,
                                                                            *ledger.not_closed))
    return Outcome(verdict.findings,
                   list(report.lines(title, nemesis.steps, members, seen, verdict)))


def _start_feeder(folder, bootstrap, options):
    alone = argparse.Namespace(**{**vars(options), "workers": 1})
    path = options.feeder or program(options.build, "kcpp", "producer")
    return Worker(0, path, folder, bootstrap, alone)


def _break(options, nemesis, feeder):
    """Has everything happen, and end. Gives the time while records came, as (begin, end)."""
    steps = schedule.steps(options.seed, options.session_timeout, options.minutes * 60)
    if nemesis.wait(time.monotonic() + JOIN_SECONDS, feeder.alive):
        nemesis.run(steps, feeder.alive)
    nemesis.wait(time.monotonic() + QUIET_SECONDS, feeder.alive)
    if not feeder.alive():
        raise Problem(f"the feeder ended; see {feeder.log}")
    fed = (nemesis.begin, time.monotonic())
    feeder.stop()
    if not feeder.wait(time.monotonic() + options.delivery_timeout + END_SECONDS):
        raise Problem(f"the feeder did not end well; see {feeder.log}")
    nemesis.wait(time.monotonic() + DRAIN_SECONDS)
    nemesis.stop_all()
    return fed


def _without(span, others):
    """What is left of a span of time: [(begin, end)]."""
    since, until = span
    left = []
    for begin, end in sorted(others):
        if since < min(begin, until):
            left.append((since, min(begin, until)))
        since = max(since, end)
    return left + [(since, until)] if since < until else left
