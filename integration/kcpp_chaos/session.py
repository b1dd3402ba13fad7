"""A run, whatever is done in it: brokers of its own behind a proxy, a folder, and a report."""

import shutil

from kcpp_kafka.cluster import Cluster

from . import cluster
from .proxy import Proxy


def run(title, role, options, folder, layout=cluster.LAYOUT):
    """Has a `role` happen on three brokers with the topics of a `layout`. Gives the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    print(title, flush=True)
    Cluster(folder / "kafka").down()  # what an earlier run left
    shutil.rmtree(folder / "data", ignore_errors=True)
    proxy = Proxy()
    brokers = cluster.start(folder / "kafka", options.version, proxy, options.session_timeout,
                            layout)
    try:
        with open(folder / "faults.txt", "w") as faults:
            outcome = role(title, options, brokers, proxy, folder, lambda line: _say(line, faults))
        good = outcome.findings.none()
        if not good:
            _keep(brokers, folder / "data", layout)
    finally:
        brokers.down()
        proxy.stop()
    with open(folder / "report.txt", "w") as file:
        for line in outcome.report:
            _say(line, file)
    verdict = "nothing is wrong" if good else f"FAILED (seed {options.seed})"
    print(f"\n{verdict}; all of it is in {folder}", flush=True)
    return 0 if good else 1


def _say(line, file):
    for out in (None, file):
        print(line + "\n", end="", file=out, flush=True)  # at once: several threads may have a say


def _keep(brokers, folder, layout):
    """Keeps the partitions as the first broker holds them."""
    data = brokers.path(brokers.brokers[0]) / "data"
    for topic, partition in layout.places():
        name = f"{topic}-{partition}"
        shutil.copytree(data / name, folder / name)
