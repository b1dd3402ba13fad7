"""How soon records are delivered again once a partition has a new leader, by the controllers' own
log."""

import json
import re
import subprocess
import time
from bisect import bisect_left
from typing import NamedTuple

from kcpp_kafka import tools

from . import schedule

# After these the new leader is well, can be reached, and is followed. Of the others some is not.
FAULTS = (schedule.KILL, schedule.ROLL, schedule.MOVE)

_RECORD = re.compile(r"CreateTime: (\d+) .* payload: (\{.*\})$")


class Election(NamedTuple):
    time: float  # seconds of the monotonic clock
    topic: str
    partition: int
    leader: int  # -1: none


def elections(cluster):
    """Every change of a leader that the controllers wrote down."""
    segments = cluster.path(cluster.brokers[0]) / "data" / "__cluster_metadata-0"
    arguments = ["--cluster-metadata-decoder", "--files",
                 ",".join(str(path) for path in sorted(segments.glob("*.log")))]
    command = tools.command("dump-log", arguments, cluster.version, cluster.bootstrap())
    dump = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True)
    return list(parse(dump.stdout.splitlines(), time.time() - time.monotonic()))


def parse(lines, monotonic_zero):
    """Of the lines of dump-log. `monotonic_zero`: where the monotonic clock began, as a date."""
    topics = {}
    for line in lines:
        record = _RECORD.search(line)
        if not record:
            continue
        payload = json.loads(record[2])
        data = payload["data"]
        if payload["type"] == "TOPIC_RECORD":
            topics[data["topicId"]] = data["name"]
        elif payload["type"] == "PARTITION_CHANGE_RECORD" and "leader" in data:
            yield Election(int(record[1]) / 1000 - monotonic_zero, topics[data["topicId"]],
                           data["partitionId"], data["leader"])


def waits(elections, events, ledgers):
    """How long it took after each new leader in FAULTS until a record was delivered to its
    partition: (seconds, election, fault), longest first. Where another leader came first, nothing.
    """
    deliveries = [ledger.deliveries() for ledger in ledgers.values()]
    following = {}
    found = []
    for election in sorted(elections, reverse=True):
        place = (election.topic, election.partition)
        until = following.get(place, float("inf"))
        following[place] = election.time
        first = min(_next(times.get(place, []), election.time) for times in deliveries)
        fault = _fault(election.time, events)
        if election.leader > 0 and first < until and fault and fault.kind in FAULTS:
            found.append((first - election.time, election, fault))
    return sorted(found, key=lambda wait: wait[0], reverse=True)


def _next(times, moment):
    at = bisect_left(times, moment)
    return times[at] if at < len(times) else float("inf")


def _fault(moment, events):
    return next((event.fault for event in events if event.begin <= moment <= event.healed), None)
