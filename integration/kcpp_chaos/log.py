"""What the brokers hold: the topics read back with kcat, which is librdkafka's consumer."""

import subprocess
import zlib
from typing import NamedTuple

from kcpp_kafka import Problem

LAYOUT = "%p %o %s\n"


class Value(NamedTuple):
    """What a record says of itself."""
    topic: str
    partition: int
    worker: int
    number: int


def parse(value):
    """The Value of a record, or None if its checksum is not that of the rest."""
    checksum, space, text = value.partition(b" ")
    words = text.split(b" ")
    if not space or len(words) != 5 or checksum != b"%08x" % zlib.crc32(text):
        return None
    topic, partition, worker, number, _filling = words
    return Value(topic.decode(), int(partition), int(worker), int(number))


def read(bootstrap, topics, layout=LAYOUT):
    """Every record of `topics`, as (topic, partition, offset, what else the layout has: the raw
    value), in order in each partition."""
    for topic in topics:
        command = ["kcat", "-b", bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", "-q",
                   "-X", "check.crcs=true", "-X", "isolation.level=read_uncommitted", "-f", layout]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as kcat:
            yield from _records(topic, kcat.stdout)
        if kcat.returncode != 0:
            raise Problem(f"kcat failed ({kcat.returncode}) while it read {topic}")


def _records(topic, lines):
    following = {}
    for line in lines:
        partition, offset, value = line.rstrip(b"\n").split(b" ", 2)
        partition, offset = int(partition), int(offset)
        if offset != following.get(partition, 0):
            raise Problem(f"kcat left out offsets {following.get(partition, 0)} to {offset - 1} of "
                          f"{topic}-{partition}: what it read proves nothing")
        following[partition] = offset + 1
        yield topic, partition, offset, value
