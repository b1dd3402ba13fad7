"""How far the groups are: what they have committed, and where the topics end."""

import re
import subprocess
import time

from kcpp_kafka import Problem

from ..group import commits
from . import way

LOOK_SECONDS = 1

_END = re.compile(r"(\S+) \[(\d+)\] offset (\d+)")


def missing(bootstrap, partitions, clocks):
    """What is not read to its end and committed: a line for each such partition."""
    committed = commits.read(bootstrap, [way.group(stage) for stage in way.stages()], clocks)
    # What is committed was looked at before, so what is equal was at its end then.
    places = [(topic, partition) for topic in way.TOPICS[:-1] for partition in range(partitions)]
    ends = _ends(bootstrap, places)
    found = []
    for place in places:
        done = committed.get(place, commits.History()).last()
        if done != ends[place]:
            found.append(f"{place[0]}-{place[1]}: @{done} is committed, and its end is "
                         f"@{ends[place]}")
    return found


def _ends(bootstrap, places):
    command = ["kcat", "-b", bootstrap, "-Q"]
    for topic, partition in places:
        command += ["-t", f"{topic}:{partition}:-1"]
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ends = {(topic, int(partition)): int(offset)
            for topic, partition, offset in _END.findall(answer.stdout)}
    if answer.returncode != 0 or set(places) - ends.keys():
        raise Problem(f"kcat does not tell where the topics end: {answer.stderr.strip()}")
    return ends


def wait(look, deadline, goes_on):
    """Looks until nothing is missing, twice: a member that is out of its group may have had a last
    record under way. Gives what is missing at the `deadline`, or when `goes_on` says no."""
    clean = 0
    while True:
        found = look()
        clean = 0 if found else clean + 1
        if clean == 2 or time.monotonic() > deadline or not goes_on():
            return found
        time.sleep(LOOK_SECONDS)
