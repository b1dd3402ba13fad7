"""One real broker, started for the bench, or one that runs already."""

import os
import re
import shutil
import socket
import subprocess
import tempfile

from . import Problem
from .clients import jars
from .programs import KAFKA, ROOT

# Removed topics free their disk at once. Ten thousand partitions must not take 10 MB of address
# space for each of their indexes.
SETTINGS = ("log.segment.delete.delay.ms=1000", "log.index.size.max.bytes=1048576")


class Running:
    """A broker that somebody else started. It tells nothing but its address."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def produce_requests(self):
        return None


class Started:
    """A broker of integration/kafka, with JMX, that ends with the `with`."""

    def __init__(self, folder=None):
        self.own_folder = None if folder else tempfile.mkdtemp(prefix="kcpp-bench-")
        self.folder = folder or self.own_folder

    def __enter__(self):
        self.jmx = _free_port()
        command = ["up", "--brokers", "1"]
        for setting in SETTINGS:
            command += ["--set", setting]
        self.bootstrap = self._kafka(*command, environment={"JAVA_TOOL_OPTIONS": _jmx(self.jmx)})
        return self

    def __exit__(self, *_):
        self._kafka("down")
        if self.own_folder:
            shutil.rmtree(self.own_folder, ignore_errors=True)

    def produce_requests(self):
        """How many produce requests the broker has answered, as its own metrics say."""
        url = f"service:jmx:rmi:///jndi/rmi://127.0.0.1:{self.jmx}/jmxrmi"
        command = jars.command(
            KAFKA, "org.apache.kafka.tools.JmxTool", "--jmx-url", url, "--one-time", "true",
            "--attributes", "Count", "--report-format", "properties", "--object-name",
            "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=Produce,version=*",
            options=[jars.QUICK_START])
        told = subprocess.run(command, capture_output=True, text=True)
        if told.returncode != 0:
            raise Problem(f"JmxTool: {told.stderr.strip()[-300:]}")
        return sum(int(count) for count in re.findall(r":Count=(\d+)", told.stdout))

    def _kafka(self, command, *arguments, environment=None):
        done = subprocess.run(
            [ROOT / "integration/kafka", command, "--dir", self.folder, *arguments],
            stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        if done.returncode != 0:
            raise Problem(f"integration/kafka {command} failed")
        return done.stdout.strip()


def _jmx(port):
    prefix = "-Dcom.sun.management.jmxremote"
    return (f"{prefix}.port={port} {prefix}.rmi.port={port} {prefix}.host=127.0.0.1 "
            f"{prefix}.authenticate=false {prefix}.ssl=false "
            "-Djava.rmi.server.hostname=127.0.0.1")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
