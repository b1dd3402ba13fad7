"""Three brokers that reach each other, and are reached, through the proxy only.

Each has a second listener, for clients. What it advertises of all its listeners is the proxy's
address, 127.0.0.2, with its own port.
"""

import subprocess
from typing import NamedTuple

from kcpp_kafka import health, settings, tools
from kcpp_kafka.cluster import Cluster

from .proxy import BROKER, CLIENTS, PEERS, PROXY, Front

BROKERS = 3
TOPICS = ("chaos-a", "chaos-b")
PARTITIONS = 3  # of each topic: a client that mixes up topics is seen, too


class Layout(NamedTuple):
    """The topics of a run."""
    topics: tuple
    partitions: int  # of each
    configs: dict

    def places(self):
        return tuple((topic, partition)
                     for topic in self.topics for partition in range(self.partitions))


LAYOUT = Layout(TOPICS, PARTITIONS, {})
PLACES = LAYOUT.places()

START_SECONDS = 120

PLACE = """
listeners={listeners}
advertised.listeners={advertised}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.voters={voters}

# How soon followers follow a new leader decides how soon it acknowledges: the default of a second
# would hide how soon the client finds it.
replica.fetch.backoff.ms=100
"""


def place(broker, brokers):
    """The properties of a broker behind the proxy."""
    voters = ",".join(f"{b['id']}@{PROXY}:{b['controller_port']}" for b in brokers)
    return settings.parse(PLACE.format(listeners=_listeners(BROKER, broker),
                                       advertised=_listeners(PROXY, broker), voters=voters))


def _listeners(host, broker):
    return ",".join(f"{name}://{host}:{broker[kind]}" for name, kind in
                    (("PLAINTEXT", "port"), ("CLIENT", "client_port"),
                     ("CONTROLLER", "controller_port")))


def fronts(cluster):
    """Where the proxy stands: before each listener of each broker."""
    kinds = {"port": PEERS, "controller_port": PEERS, "client_port": CLIENTS}
    return [Front(broker["id"], broker[kind], side)
            for broker in cluster.brokers for kind, side in kinds.items()]


def bootstrap(cluster):
    """Where clients begin: the proxy's side of every broker."""
    return ",".join(f"{PROXY}:{broker['client_port']}" for broker in cluster.brokers)


def start(folder, version, proxy, session_timeout, layout=LAYOUT):
    """Starts the brokers and the proxy before them, and makes the topics.

    `session_timeout`: of members under the consumer protocol, in seconds.
    """
    cluster = Cluster(folder)
    session = {"group.consumer.session.timeout.ms": int(session_timeout * 1000)}
    cluster.up(BROKERS, version, None, session, place)
    try:
        proxy.start(fronts(cluster))
        health.wait(cluster, START_SECONDS)
        for topic in layout.topics:
            arguments = ["--create", "--topic", topic, "--partitions", str(layout.partitions)]
            for name, value in layout.configs.items():
                arguments += ["--config", f"{name}={value}"]
            command = tools.command("topics", arguments, version, cluster.bootstrap())
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        health.wait(cluster, START_SECONDS)
    except BaseException:
        cluster.down()
        raise
    return cluster
