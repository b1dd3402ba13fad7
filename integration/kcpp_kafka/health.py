"""When a cluster is whole: every broker answers, and every replica is in sync."""

import time

from . import Problem, metadata, process

ANSWER_SECONDS = 2
POLL_SECONDS = 0.1
LOG_LINES = 10


def wait(cluster, seconds):
    """Returns when the cluster is whole."""
    deadline = time.monotonic() + seconds
    while lacking := _lacking(cluster):
        if time.monotonic() > deadline:
            raise Problem(f"after {seconds:g} s, {lacking}\n"
                          f"  the brokers' logs are {cluster.folder}/broker-*.log")
        time.sleep(POLL_SECONDS)


def _lacking(cluster):
    """What keeps the cluster from being whole, or None."""
    cluster.load()  # another command may have changed it meanwhile
    if not cluster.exists():
        raise Problem(f"the cluster in {cluster.folder} was ended meanwhile")
    for broker in cluster.brokers:
        _refuse_absent(cluster, broker)
    for broker in cluster.brokers:
        number = broker["id"]
        try:
            view = metadata.ask(broker["port"], ANSWER_SECONDS)
        except OSError:
            return f"broker {number} does not answer at 127.0.0.1:{broker['port']}"
        if len(view.brokers) < len(cluster.brokers):
            return f"broker {number} knows {len(view.brokers)} of {len(cluster.brokers)} brokers"
        for partition in view.partitions:
            if partition.leader < 0:
                return f"broker {number} knows no leader of {partition.name}"
            if partition.in_sync < partition.replicas:
                return (f"{partition.name} has {partition.in_sync} of {partition.replicas} "
                        f"replicas in sync, as broker {number} sees it")
    return None


def _refuse_absent(cluster, broker):
    """Waiting for a broker that is dead or paused would be in vain."""
    number, state = broker["id"], process.state(broker)
    if state == "paused":
        raise Problem(f"broker {number} is paused; 'resume {number}' lets it continue")
    if state == "gone" and cluster.ended_on_purpose(broker).exists():
        raise Problem(f"broker {number} was ended; 'start {number}' starts it")
    if state == "gone":
        log = cluster.log(broker)
        raise Problem(f"broker {number} died; its log {log} says\n" + _last_words(log))


def _last_words(log):
    """Why a broker died: the errors in its log, else how it ends."""
    lines = log.read_text(errors="replace").splitlines()
    errors = [line for line in lines
              if " ERROR " in line or line.startswith(("Exception", "Caused by", "Error"))]
    return "\n".join("  | " + line for line in (errors or lines)[-LOG_LINES:])
