"""A member: a process of its own, which reads with a client until it is told to stop."""

import signal
import subprocess
import time
from itertools import product

from kcpp_kafka import process

from ..cluster import PARTITIONS, TOPICS
from ..worker import words
from .ledger import Ledger

GROUP = "chaos"
STYLES = tuple(product(("poll", "records"), ("auto", "hand")))
HALT_SECONDS = 5  # until a signal has its effect


class Member:
    def __init__(self, number, program, folder, bootstrap, options):
        self.reading, self.committing = STYLES[number % len(STYLES)]
        command = [program, "--bootstrap", bootstrap, "--topics", ",".join(TOPICS),
                   "--partitions", PARTITIONS, "--group", GROUP,
                   "--protocol", options.group_protocol, "--member", number,
                   "--reading", self.reading, "--committing", self.committing,
                   "--session-timeout-ms", int(options.session_timeout * 1000),
                   "--log", options.log]
        self.start(number, command, folder, f"member-{number}")

    def start(self, number, command, folder, name):
        self.number = number
        self.lines = folder / f"{name}.txt"
        self.log = folder / f"{name}.log"
        self.asked_to_stop = None  # when
        self.killed = None         # when
        self.freezes = []          # (begin, end), in seconds
        with open(self.lines, "wb") as output, open(self.log, "wb") as log:
            self.process = subprocess.Popen(words(command), stdin=subprocess.PIPE, stdout=output,
                                            stderr=log)

    def __str__(self):
        return f"member {self.number} ({self.reading}, commits {self.committing})"

    def alive(self):
        return self.process.poll() is None

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + HALT_SECONDS
        while process.stat(self.process.pid).letter in "RSD" and time.monotonic() < deadline:
            time.sleep(0.001)
        self.freezes.append((time.monotonic(), float("inf")))

    def is_frozen(self):
        return bool(self.freezes) and self.freezes[-1][1] == float("inf")

    def thaw(self):
        """From the moment that is noted on it may run."""
        self.freezes[-1] = (self.freezes[-1][0], time.monotonic())
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        """Has it close its consumer, and end."""
        self.asked_to_stop = time.monotonic()
        self.process.send_signal(signal.SIGTERM)

    def kill(self):
        self.killed = time.monotonic()
        self.process.kill()
        self.process.wait()

    def end(self):
        """However it stands."""
        if self.alive():
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()

    def went_well(self):
        """Once it has ended: whether it did so when it was told to, and as it should."""
        return self.asked_to_stop is not None and self.process.returncode == 0

    def ledger(self):
        with open(self.lines, errors="replace") as lines:
            return Ledger(self.number).read(lines)
