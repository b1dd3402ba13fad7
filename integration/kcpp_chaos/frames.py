"""As much of Kafka's protocol as the proxy needs: where a frame begins, and its first bytes."""

import re
import struct

PRODUCE = 0
_SIZE = 4
_REQUEST = struct.Struct(">hhih")  # API, its version, correlation id, length of the client's name
_RESPONSE = struct.Struct(">i")    # correlation id


class Frames:
    """Reads a stream as it passes by, piece by piece, and gives the head of each frame."""

    def __init__(self, head):
        self._head = head
        self._begin = b""
        self._body = 0  # bytes of the current frame that are still to come

    def feed(self, data):
        """The heads that are complete with `data`."""
        heads, at = [], 0
        while at < len(data):
            if self._body:
                step = min(self._body, len(data) - at)
                self._body -= step
                at += step
                continue
            missing = _SIZE + self._head.size - len(self._begin)
            self._begin += data[at:at + missing]
            at += missing
            if len(self._begin) == _SIZE + self._head.size:
                self._body = int.from_bytes(self._begin[:_SIZE], "big") - self._head.size
                heads.append(self._head.unpack(self._begin[_SIZE:]))
                self._begin = b""
        return heads


class Produces:
    """Knows which answers of one connection are answers to Produce requests."""

    def __init__(self):
        self._requests, self._responses = Frames(_REQUEST), Frames(_RESPONSE)
        self._open = set()

    def asked(self, data):
        for api, _version, correlation, _length in self._requests.feed(data):
            if api == PRODUCE:
                self._open.add(correlation)

    def answered(self, data):
        """How many answers to Produce requests begin in `data`."""
        answers = {correlation for correlation, in self._responses.feed(data)} & self._open
        self._open -= answers
        return len(answers)


def client_name(data):
    """Who the client is, by its first request. None while that is not complete."""
    begin = _SIZE + _REQUEST.size
    if len(data) < begin:
        return None
    length = max(0, _REQUEST.unpack_from(data, _SIZE)[3])
    name = data[begin:begin + length]
    return name.decode(errors="replace") if len(name) == length else None


def broker_number(name):
    """Which broker calls itself so when it connects to another one. 0 if it is none of them."""
    match = re.match(r"(?:broker-|raft-client-)?(\d+)(?:$|-)", name)
    return int(match[1]) if match else 0
