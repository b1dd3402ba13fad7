"""The processes of a chain: the source, which writes the first topic, and the members, each of which
carries records from one topic to the next."""

import subprocess
import time

from ..group.member import Member
from ..worker import words
from . import way

STYLES = ("batches", "auto", "pipelined")  # how members commit
CARELESS = "careless"


def connection(bootstrap, options):
    return ["--bootstrap", bootstrap, "--request-timeout-ms", int(options.request_timeout * 1000),
            "--delivery-timeout-ms", int(options.delivery_timeout * 1000), "--log", options.log]


class Forwarder(Member):
    def __init__(self, stage, number, program, folder, bootstrap, options):
        self.stage = stage
        self.style = CARELESS if options.careless else STYLES[number % len(STYLES)]
        command = [program, *connection(bootstrap, options), "--hop", stage,
                   "--from", way.TOPICS[stage - 1], "--to", way.TOPICS[stage],
                   "--group", way.group(stage), "--protocol", options.group_protocol,
                   "--member", number, "--style", self.style,
                   "--session-timeout-ms", int(options.session_timeout * 1000)]
        self.start(number, command, folder, f"stage-{stage}-member-{number}")

    def __str__(self):
        return f"member {self.number} of stage {self.stage} ({self.style})"


class Source:
    def __init__(self, program, folder, bootstrap, options):
        self.log = folder / "source.log"
        command = [program, *connection(bootstrap, options), "--to", way.TOPICS[0],
                   "--records", options.records, "--keys", options.keys, "--rate", options.rate]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(words(command), stdin=subprocess.PIPE, stderr=log)
        self.began = time.monotonic()

    def alive(self):
        return self.process.poll() is None

    def went_well(self):
        """Whether all is written, once it has ended."""
        return self.process.returncode == 0

    def end(self):
        """However it stands."""
        if self.alive():
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
