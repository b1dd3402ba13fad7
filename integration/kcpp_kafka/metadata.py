"""What a broker knows about its cluster, asked with one hand-written Metadata request."""

import socket
import struct
from dataclasses import dataclass

METADATA, VERSION = 3, 7
ALL_TOPICS = -1


@dataclass
class Partition:
    name: str
    leader: int
    replicas: int
    in_sync: int


@dataclass
class View:
    """One broker's view of the cluster."""
    brokers: set
    partitions: list


def ask(port, seconds):
    """The view of the broker at 127.0.0.1:`port`. OSError when it does not answer in time."""
    client = b"integration/kafka"
    header = struct.pack(">hhih", METADATA, VERSION, 1, len(client)) + client
    return _view(_Reader(call(port, seconds, header + struct.pack(">i?", ALL_TOPICS, False))))


def call(port, seconds, request):
    """The answer of the broker at 127.0.0.1:`port` to a request; both with their headers."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        stream = connection.makefile("rb")
        size = struct.unpack(">i", _exactly(stream, 4))[0]
        return _exactly(stream, size)


def _exactly(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionError("closed before it answered")
    return data


def _view(read):
    read.int32(), read.int32()  # correlation id, throttle time
    brokers = set()
    for _ in range(read.int32()):
        brokers.add(read.int32())
        read.string(), read.int32(), read.string()  # host, port, rack
    read.string(), read.int32()  # cluster id, controller
    partitions = []
    for _ in range(read.int32()):
        read.take("h")  # error
        topic = read.string()
        read.take("?")  # internal
        for _ in range(read.int32()):
            _error, index, leader, _epoch = read.take("hiii")
            replicas, in_sync, _ = read.int32s(), read.int32s(), read.int32s()
            partitions.append(Partition(f"{topic}-{index}", leader, len(replicas), len(in_sync)))
    return View(brokers, partitions)


class _Reader:
    """Kafka's big-endian primitives, one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, layout):
        values = struct.unpack_from(">" + layout, self.data, self.at)
        self.at += struct.calcsize(">" + layout)
        return values

    def int32(self):
        return self.take("i")[0]

    def int32s(self):
        return self.take(f"{self.int32()}i")

    def string(self):
        size, = self.take("h")
        return self.take(f"{max(size, 0)}s")[0].decode()
