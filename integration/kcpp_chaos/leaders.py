"""Moves leaders, by two hand-written requests: a new order of the replicas, then an election."""

import struct

from kcpp_kafka import Problem, metadata

ALTER_REASSIGNMENTS, ELECT_LEADERS = 45, 43
PREFERRED = 0
SECONDS = 10


def move(port, places, replicas):
    """Gives each of `places` the order of replicas in `replicas`; the first one leads from now on.

    Asks the broker at `port`, which forwards to the controller.
    """
    _ask(port, ALTER_REASSIGNMENTS, 0, _reassignments(places, replicas), flexible=True)
    _ask(port, ELECT_LEADERS, 1, _elections(places), flexible=False)


def _ask(port, api, version, body, flexible):
    client = b"chaos"
    header = struct.pack(">hhih", api, version, 1, len(client)) + client
    header += b"\0" * flexible  # no tagged fields
    answer = metadata.call(port, SECONDS, header + body)
    header_and_throttle_time = 4 + flexible + 4
    error, = struct.unpack_from(">h", answer, header_and_throttle_time)
    if error:
        raise Problem(f"the broker at {port} refused to move leaders (API {api}): error {error}")


def _by_topic(places):
    topics = {}
    for topic, partition in places:
        topics.setdefault(topic, []).append(partition)
    return topics.items()


def _reassignments(places, replicas):
    timeout = struct.pack(">i", SECONDS * 1000)
    topics = _by_topic(places)
    body = timeout + _count(topics)
    for topic, partitions in topics:
        body += _count(topic) + topic.encode() + _count(partitions)
        for partition in partitions:
            order = replicas[topic, partition]
            body += struct.pack(">i", partition) + _count(order)
            body += struct.pack(f">{len(order)}i", *order) + b"\0"
        body += b"\0"
    return body + b"\0"


def _count(things):
    """A compact length."""
    return bytes([len(things) + 1])


def _elections(places):
    topics = _by_topic(places)
    body = struct.pack(">bi", PREFERRED, len(topics))
    for topic, partitions in topics:
        body += struct.pack(">h", len(topic)) + topic.encode()
        body += struct.pack(f">i{len(partitions)}i", len(partitions), *partitions)
    return body + struct.pack(">i", SECONDS * 1000)
