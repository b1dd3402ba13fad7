"""Every record of every topic, as the brokers hold them."""

from .. import log
from .way import TOPICS

LAYOUT = "%p %o %T %k %s\n"


def read(bootstrap, clocks):
    """(hop, partition, offset, when it was appended, key, value), one topic after the other, in
    order in each partition."""
    for hop, topic in enumerate(TOPICS):
        for _topic, partition, offset, rest in log.read(bootstrap, [topic], LAYOUT):
            time, key, value = rest.split(b" ", 2)
            yield hop, partition, offset, clocks.monotonic(int(time) / 1000), key, value
