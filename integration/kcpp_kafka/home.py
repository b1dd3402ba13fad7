"""What all clusters of this user share: one lock, and the list by which ports are given out."""

import json
import os
import random
import socket
import tempfile
from pathlib import Path

from . import Problem
from .lock import locked

# Below the ports that Linux lends to outgoing connections (32768 and up): one of those could take
# the port of a broker while that is killed.
FREE_PORTS = range(20000, 32000)

# What a broker listens on. The last one is for a second listener, where a cluster has one.
PORTS = ("port", "controller_port", "client_port")


def folder():
    """The shared folder, made when missing. Its name is easy to guess, so its owner is checked."""
    path = Path(tempfile.gettempdir()) / f"kcpp-kafka-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise Problem(f"{path} belongs to someone else; set TMPDIR to a folder of yours")
    return path


def exclusively():
    """One command at a time, over all clusters of this user."""
    return locked(folder() / "lock")


def register(cluster_folder):
    """Adds a cluster to the list. It leaves by itself when its state file is gone."""
    known = [path for path in _clusters() if _state(path)]
    (folder() / "clusters.json").write_text(json.dumps(sorted({*known, str(cluster_folder)})))


def ports(brokers, first):
    """A dict of PORTS for each broker: `port` from `first` on, or a free one when it is None."""
    given_out = {b[kind] for path in _clusters() for b in _state(path).get("brokers", [])
                 for kind in PORTS if kind in b}
    wanted = [] if first is None else range(first, first + brokers)
    for port in wanted:
        if port in given_out:
            raise Problem(f"port {port} belongs to another cluster of yours\n"
                          "  choose another --port, or leave it out")
        refuse_taken(port)
    count = len(PORTS) * brokers - len(wanted)
    chosen = [*wanted, *_free(count, given_out.union(wanted))]
    return [dict(zip(PORTS, chosen[number::brokers])) for number in range(brokers)]


def refuse_taken(port):
    if not _can_bind(port):
        raise Problem(f"port {port} is taken; 'ss -ltnp' shows by which program")


def _free(count, given_out):
    chosen = []
    for port in random.sample(FREE_PORTS, len(FREE_PORTS)):
        if port not in given_out and _can_bind(port):
            chosen.append(port)
            if len(chosen) == count:
                return chosen
    raise Problem(f"no {count} free ports from {FREE_PORTS.start} to {FREE_PORTS.stop - 1}")


def _can_bind(port):
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _clusters():
    try:
        return json.loads((folder() / "clusters.json").read_text())
    except FileNotFoundError:
        return []


def _state(path):
    try:
        return json.loads((Path(path) / "state.json").read_text())
    except FileNotFoundError:
        return {}
