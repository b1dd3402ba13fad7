"""A cluster: a folder with state.json and, for each broker, broker-N/ and broker-N.log."""

import base64
import json
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

from . import Problem, home, jars, process, settings

STOP_SECONDS = 60


class Cluster:
    """The cluster of one folder, as its state file tells it. There may be none."""

    def __init__(self, folder):
        self.folder = Path(folder).absolute()
        self.load()

    def load(self):
        try:
            state = json.loads((self.folder / "state.json").read_text())
        except FileNotFoundError:
            state = {"version": None, "brokers": []}
        self.version, self.brokers = state["version"], state["brokers"]

    def save(self):
        state = {"version": self.version, "bootstrap": self.bootstrap(), "brokers": self.brokers}
        fresh = self.folder / "state.json.new"
        fresh.write_text(json.dumps(state, indent=2) + "\n")
        fresh.rename(self.folder / "state.json")

    def exists(self):
        return bool(self.brokers)

    def bootstrap(self):
        return ",".join(f"127.0.0.1:{broker['port']}" for broker in self.brokers)

    def broker(self, number):
        for broker in self.brokers:
            if broker["id"] == number:
                return broker
        raise Problem(f"there is no broker {number}; the cluster has 1 to {len(self.brokers)}")

    def up(self, count, version, first_port, extra, place=settings.no_place):
        """Formats and starts `count` brokers, with the properties `extra` on top, and of each
        broker those that `place` gives for it and all brokers.

        Returns before they answer.
        """
        jars.folder(version)
        with home.exclusively():
            self.load()
            if any(process.state(broker) != "gone" for broker in self.brokers):
                raise Problem(
                    f"Kafka {self.version} runs in {self.folder} already, at {self.bootstrap()}\n"
                    "  end it with 'down', or start another cluster with --dir")
            self.remove()
            self.refuse_foreign_folders()
            ports = home.ports(count, first_port)
            self.version = version
            self.brokers = [
                dict(id=number, **ports_of_broker, pid=0, started=None)
                for number, ports_of_broker in enumerate(ports, 1)]
            self.folder.mkdir(parents=True, exist_ok=True)
            self.save()
            home.register(self.folder)
            try:
                self.format(extra, place)
                for broker in self.brokers:
                    self.spawn(broker)
                self.save()
            except BaseException:
                self.end()
                raise

    def refuse_foreign_folders(self):
        """Nothing is removed that no cluster of this tool has made."""
        for path in self.folder.glob("broker-*"):
            if path.is_dir():
                raise Problem(f"{path} is in the way and belongs to no cluster\n"
                              "  remove it, or choose another --dir")

    def format(self, extra, place):
        """Writes the brokers' properties and formats their log folders, all at once."""
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        for log in self.folder.glob("broker-*.log"):
            log.unlink()
        formats = []
        for broker in self.brokers:
            folder = self.path(broker)
            folder.mkdir()
            properties = {**settings.of_broker(broker, self.brokers, folder / "data"),
                          **place(broker, self.brokers), **extra}
            settings.write(folder / "server.properties", properties)
            command = jars.command(
                self.version, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}",
                "--config", folder / "server.properties", options=[jars.QUICK_START])
            formats.append(subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        outputs = [run.communicate()[0] for run in formats]
        for run, output in zip(formats, outputs):
            if run.returncode != 0:
                thrown = [line for line in output.splitlines() if "Exception" in line]
                reason = thrown[0] if thrown else output.strip()
                raise Problem(f"Kafka {self.version} refuses its settings:\n  {reason}")

    def spawn(self, broker):
        self.ended_on_purpose(broker).unlink(missing_ok=True)
        command = jars.command(self.version, "kafka.Kafka", "server.properties", level="info",
                               options=[settings.HEAP, "-XX:+ExitOnOutOfMemoryError"])
        broker.update(process.spawn(command, self.path(broker), self.log(broker)))

    def start(self, number):
        """Starts a broker that was killed or stopped, with its data. Returns before it answers."""
        with home.exclusively():
            self.load()
            broker = self.broker(number)
            if process.state(broker) != "gone":
                raise Problem(f"broker {number} is {process.state(broker)} already")
            for port in (broker[kind] for kind in home.PORTS if kind in broker):
                home.refuse_taken(port)
            self.spawn(broker)
            self.save()

    def stop(self, number, signal_number):
        """Ends a broker with SIGTERM or SIGKILL and waits until it is gone."""
        broker = self.alive(number)
        self.ended_on_purpose(broker).touch()
        if not process.end(broker, signal_number, STOP_SECONDS):
            raise Problem(
                f"broker {number} is still shutting down after {STOP_SECONDS} s, "
                "as a broker does that cannot reach a majority of its controllers\n"
                f"  'kill {number}' ends it")

    def pause(self, number):
        process.send(self.alive(number), signal.SIGSTOP)

    def resume(self, number):
        process.send(self.alive(number), signal.SIGCONT)

    def alive(self, number):
        broker = self.broker(number)
        if process.state(broker) == "gone":
            raise Problem(f"broker {number} does not run; 'start {number}' starts it")
        return broker

    def down(self):
        """Ends every broker and removes the data. The logs stay until the next 'up'."""
        with home.exclusively():
            self.load()
            self.end()

    def end(self):
        for broker in self.brokers:
            process.send(broker, signal.SIGKILL)
        for broker in self.brokers:
            process.end(broker, signal.SIGKILL, STOP_SECONDS)
        self.remove()

    def remove(self):
        for broker in self.brokers:
            shutil.rmtree(self.path(broker), ignore_errors=True)
        (self.folder / "state.json").unlink(missing_ok=True)
        self.version, self.brokers = None, []

    def path(self, broker):
        return self.folder / f"broker-{broker['id']}"

    def ended_on_purpose(self, broker):
        """A marker file: 'wait' shows the log only of a broker that died by itself."""
        return self.path(broker) / "ended-on-purpose"

    def log(self, broker):
        return self.folder / f"broker-{broker['id']}.log"
