"""A run of the producer's role: workers that send while the brokers are broken."""

import time

from . import checker, cluster, log, recovery, report
from .nemesis import Nemesis
from .outcome import Outcome
from .worker import Worker, program

QUIET_SECONDS = 12  # at the end, so that what stands still can be seen
END_SECONDS = 10    # beyond the delivery timeout, for a worker to end


def run(title, options, brokers, proxy, folder, say):
    events, calm, workers, died = _work(options, brokers, proxy, folder, say)
    ledgers = {worker.number: worker.ledger() for worker in workers}
    limits = checker.Limits(options.delivery_timeout)
    records = log.read(cluster.bootstrap(brokers), cluster.TOPICS)
    findings = checker.check(ledgers, records, calm, limits)
    for worker in died:
        findings.add("died", f"worker {worker.number}, exit status "
                             f"{worker.process.returncode}; see {worker.log}")
    elections = recovery.elections(brokers)
    return Outcome(findings,
                   list(report.lines(title, events, elections, ledgers, findings, limits)))


def _work(options, brokers, proxy, folder, say):
    """Has the workers send while everything breaks. Gives what was done, and who ended well."""
    path = options.worker or program(options.build, options.client, options.role)
    bootstrap = cluster.bootstrap(brokers)
    workers = []
    try:
        for number in range(options.workers):
            workers.append(Worker(number, path, folder, bootstrap, options))
        nemesis = Nemesis(brokers, proxy, say)
        nemesis.run(options.mix, options.seed, options.minutes * 60,
                    lambda: all(worker.alive() for worker in workers))
        time.sleep(QUIET_SECONDS)
        calm = nemesis.calm()
        died = [worker for worker in workers if not worker.alive()]
        for worker in workers:
            worker.stop()
        deadline = time.monotonic() + options.delivery_timeout + END_SECONDS
        died += [worker for worker in workers if not worker.wait(deadline) and worker not in died]
        return nemesis.events, calm, workers, died
    finally:
        for worker in workers:
            worker.kill()
