"""The way of the records: topics, and between each and the next a group."""

from typing import NamedTuple

from ..cluster import Layout

STAGES = 3
TOPICS = tuple(f"chain-{hop}" for hop in range(STAGES + 1))
CONFIGS = {"message.timestamp.type": "LogAppendTime"}  # to be held against the time of a commit


class Load(NamedTuple):
    """What is sent on its way: `records` records, of `keys` keys in turn."""
    records: int
    keys: int
    partitions: int  # of each topic

    def index(self, key, number):
        """Which of all records has this number of its key, counted from 0 on."""
        return (number - 1) * self.keys + key

    def name(self, index):
        return f"record {index // self.keys + 1} of key {index % self.keys}"


def group(stage):
    """What the group of a stage is called: it reads TOPICS[stage - 1] and writes TOPICS[stage]."""
    return f"chain-group-{stage}"


def stages():
    return range(1, STAGES + 1)


def layout(partitions):
    return Layout(TOPICS, partitions, CONFIGS)
