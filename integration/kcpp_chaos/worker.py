"""A worker: a process of its own, which sends with a client until it is told to stop."""

import subprocess
import time

from kcpp_kafka import Problem

from .cluster import PARTITIONS, TOPICS
from .ledger import Ledger


def program(build, client, role):
    """Where the worker for a client and a role was built."""
    name = f"chaos_{client}_{role}"
    path = build / "tests" / "integration" / "chaos" / name
    if not path.exists():
        raise Problem(f"{path} is missing\n"
                      f"  cmake --preset release && cmake --build {build} --target {name}\n"
                      "  builds it; --build names another folder, --worker another program")
    return path


def words(command):
    return [str(word) for word in command]


class Worker:
    def __init__(self, number, program, folder, bootstrap, options):
        self.number = number
        self.lines = folder / f"ledger-{number}.txt"
        self.log = folder / f"worker-{number}.log"
        command = [program, "--bootstrap", bootstrap, "--topics", ",".join(TOPICS),
                   "--partitions", PARTITIONS, "--worker", number,
                   "--rate", options.rate // options.workers,
                   "--delivery-timeout-ms", int(options.delivery_timeout * 1000),
                   "--request-timeout-ms", int(options.request_timeout * 1000),
                   "--log", options.log]
        with open(self.lines, "wb") as output, open(self.log, "wb") as log:
            self.process = subprocess.Popen(words(command), stdin=subprocess.PIPE, stdout=output,
                                            stderr=log)

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        """Has it send no more, and end once every record has its outcome."""
        self.process.stdin.close()

    def wait(self, deadline):
        """Whether it ended, and well, before `deadline`."""
        try:
            return self.process.wait(max(0, deadline - time.monotonic())) == 0
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False

    def kill(self):
        if self.alive():
            self.process.kill()
            self.process.wait()

    def ledger(self):
        with open(self.lines, errors="replace") as lines:
            return Ledger().read(lines)
