"""A TCP proxy before every listener: it cuts, and loses answers to requests it has forwarded.

It runs in a thread of its own. Its public methods are called from any other.
"""

import asyncio
import socket
import struct
import threading
from dataclasses import dataclass

from .frames import Produces, broker_number, client_name

PROXY, BROKER = "127.0.0.2", "127.0.0.1"
CLIENTS, PEERS = "clients", "peers"

_RESET = struct.pack("ii", 1, 0)  # how a socket is closed: at once, without a farewell


@dataclass(frozen=True)
class Front:
    """One listener of a broker. The proxy listens on the same port."""
    broker: int
    port: int
    side: str  # for whom it is: CLIENTS or PEERS


@dataclass(frozen=True)
class Cut:
    """One broker without its clients, or without its peers."""
    broker: int
    side: str
    resets: bool  # connections are refused and reset; else nothing passes, and nothing is lost

    def between(self, source, target):
        """Whether it parts two brokers, or clients (0) and a broker."""
        if self.side == CLIENTS:
            return source == 0 and target == self.broker
        return source not in (0, target) and self.broker in (source, target)


class Proxy:
    def __init__(self):
        self.cut = None         # at most one at a time
        self.to_swallow = {}    # broker: how many of its answers to Produce requests get lost
        self.swallowed = 0
        self.links = set()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._servers = []

    def start(self, fronts):
        """Listens before all `fronts`."""
        self._thread.start()
        self._do(self._listen, fronts)

    def stop(self):
        if self._thread.is_alive():
            self._do(self._end)
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
            self.loop.close()

    def begin(self, cut):
        """Cuts, until `heal`."""
        self._do(self._apply, cut)

    def swallow(self, broker, count):
        """Forwards the next `count` Produce requests to a broker and drops the connection when the
        answer comes, until `heal`."""
        self._do(self._swallow, {broker: count})

    def heal(self):
        """Everything passes again. What was held is delivered, however old it is."""
        self._do(self._apply, None)
        self._do(self._swallow, {})

    def _do(self, function, *arguments):
        async def run():
            outcome = function(*arguments)
            return await outcome if asyncio.iscoroutine(outcome) else outcome
        return asyncio.run_coroutine_threadsafe(run(), self.loop).result()

    async def _listen(self, fronts):
        for front in fronts:
            self._servers.append(await self.loop.create_server(
                lambda front=front: Link(self, front).near, PROXY, front.port))

    def _end(self):
        for server in self._servers:
            server.close()
        for link in list(self.links):
            link.abort()

    def _apply(self, cut):
        self.cut = cut
        for link in list(self.links):
            link.obey(cut)

    def _swallow(self, to_swallow):
        self.to_swallow = to_swallow


class Link:
    """One connection through the proxy: its near end to who connected, its far end to the broker.

    Who connected to a listener for peers is known once its first request is there.
    """

    def __init__(self, proxy, front):
        self.proxy, self.front = proxy, front
        self.source = 0 if front.side == CLIENTS else None
        self.near, self.far = End(self), End(self)
        self.near.other, self.far.other = self.far, self.near
        self.produces = Produces() if front.side == CLIENTS else None
        proxy.links.add(self)

    async def connect(self):
        try:
            await self.proxy.loop.create_connection(lambda: self.far, BROKER, self.front.port)
        except OSError:
            self.abort()  # the broker is down
            return
        if self.near.transport.is_closing():
            self.abort()
            return
        self.obey(self.proxy.cut)

    def obey(self, cut):
        apart = bool(cut and self.source is not None
                     and cut.between(self.source, self.front.broker))
        if apart and cut.resets:
            self.abort()
            return
        for end in (self.near, self.far):
            end.hold(apart)

    def passes(self, end, data):
        """Looks at what came from `end`; False if it must not go on."""
        if self.source is None:
            name = client_name(self.near.kept + data)
            if name is None:
                self.near.kept += data
                return False
            self.source = broker_number(name)
            self.obey(self.proxy.cut)
        if self.produces is None:
            return True
        if end is self.near:
            self.produces.asked(data)
            return True
        return not (self.produces.answered(data) and self.swallows())

    def swallows(self):
        left = self.proxy.to_swallow.get(self.front.broker, 0)
        if left == 0:
            return False
        self.proxy.to_swallow[self.front.broker] = left - 1
        self.proxy.swallowed += 1
        self.abort()
        return True

    def abort(self):
        """Resets both connections."""
        self.proxy.links.discard(self)
        for end in (self.near, self.far):
            if end.transport and not end.transport.is_closing():
                end.transport.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.transport.abort()


class End(asyncio.Protocol):
    """One side of a link."""

    def __init__(self, link):
        self.link, self.other = link, None
        self.transport = None
        self.kept = b""       # read, and not written to the other side
        self.held = False     # by a cut
        self.choked = False   # by the other side, which does not read

    def connection_made(self, transport):
        self.transport = transport
        if self is self.link.near:
            self.link.proxy.loop.create_task(self.link.connect())
        self.steer()

    def data_received(self, data):
        if not self.link.passes(self, data):
            return
        self.kept += data
        self.forward()

    def forward(self):
        if self.kept and not self.held and self.other.transport:
            self.other.transport.write(self.kept)
            self.kept = b""

    def hold(self, held):
        self.held = held
        self.steer()
        self.forward()

    def steer(self):
        """Reads only what can go on."""
        if self.transport is None or self.transport.is_closing():
            return
        if self.held or self.choked or self.other.transport is None:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def pause_writing(self):
        self.other.choked = True
        self.other.steer()

    def resume_writing(self):
        self.other.choked = False
        self.other.steer()

    def connection_lost(self, _error):
        self.link.proxy.links.discard(self.link)
        if self.other.transport:
            self.other.transport.close()  # once all is written
