"""The programs that are measured. Each prints, or is made to print, the same line of JSON."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import Problem

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "integration"))
from kcpp_kafka import jars  # noqa: E402

RUN_SECONDS = 900


def run(command):
    """Runs a program to its end: its output, and what wait4 says it used."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(command, stdout=output, stderr=errors)
        watchdog = threading.Timer(RUN_SECONDS, child.kill)
        watchdog.start()
        try:
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            child.kill()
            raise
        finally:
            watchdog.cancel()
        output.seek(0), errors.seek(0)
        said, complained = output.read(), errors.read()
    if child.returncode != 0:
        raise Problem((complained or said).strip()[-300:] or f"ended with {child.returncode}")
    return said, used


class Native:
    """kcpp-perf, or a program with its options."""

    def __init__(self, name, program, is_peer=False, environment=None, extra=()):
        self.name, self.is_peer = name, is_peer
        assignments = [f"{key}={value}" for key, value in (environment or {}).items()]
        self.start = (["env", *assignments] if assignments else []) + [str(program)]
        self.extra = list(extra)

    def can(self, mode, options):
        return True

    def command(self, mode, options):
        flags = [f"--{name}={value}" for name, value in options.items()]
        return [*self.start, mode, *flags, *self.extra]

    def result(self, mode, options, wrap):
        return json.loads(run(wrap(self.command(mode, options)))[0].splitlines()[-1])


class Floor(Native):
    """Two bare programs; they know no more than what they do."""

    def __init__(self, folder):
        super().__init__("floor", folder)
        self.folder = folder

    def can(self, mode, options):
        beyond = {"threads", "topics", "rate", "compression", "linger"}
        return mode in ("produce", "consume") and not beyond & options.keys()

    def command(self, mode, options):
        return [str(self.folder / f"floor-{mode}"),
                *(f"--{name}={value}" for name, value in options.items())]


class Java:
    """Kafka's own perf tools. What they used is the whole process's, its start included."""

    name, is_peer = "java", True
    # As integration/kafka gives its tools, and twice the producer's buffer and more.
    HEAP = "-Xmx256m"

    def __init__(self, version):
        self.version = version

    def can(self, mode, options):
        return mode == "consume" or (mode in ("produce", "latency")
                                     and not {"threads", "topics", "keys"} & options.keys())

    def command(self, mode, options):
        tool = "ConsumerPerformance" if mode == "consume" else "ProducerPerformance"
        arguments = ["--bootstrap-server", options["bootstrap"], "--topic", options["topic"],
                     "--num-records", options["records"]]
        if mode != "consume":
            arguments += self.producing(mode, options)
        return jars.command(self.version, f"org.apache.kafka.tools.{tool}", *arguments,
                            options=[self.HEAP])

    def producing(self, mode, options):
        latency = mode == "latency"
        payload = (["--payload-file", options["payload"]] if "payload" in options
                   else ["--record-size", options["size"]])
        properties = {"acks": "all", "enable.idempotence": "true",
                      "linger.ms": options.get("linger", 0 if latency else 5),
                      "compression.type": options.get("compression", "none"),
                      "batch.size": self.batch_bytes(options)}
        return [*payload, "--throughput", options.get("rate", 1000 if latency else -1),
                "--command-property", *(f"{k}={v}" for k, v in properties.items())]

    @staticmethod
    def batch_bytes(options):
        return options.get("batch-bytes", 16384)

    def result(self, mode, options, wrap):
        output, used = run(wrap(self.command(mode, options)))
        records, cpu = options["records"], used.ru_utime + used.ru_stime
        seconds, latency = (_consumed if mode == "consume" else _produced)(output, records)
        return {
            "client": f"java {self.version}",
            "mode": mode,
            "records": records,
            "failed": 0,
            "seconds": round(seconds, 3),
            "records_per_second": round(records / seconds),
            "cpu_seconds": round(cpu, 3),
            "cpu_ns_per_record": round(cpu * 1e9 / records, 3),
            "user_ns_per_record": round(used.ru_utime * 1e9 / records, 3),
            "system_ns_per_record": round(used.ru_stime * 1e9 / records, 3),
            "peak_rss_bytes": used.ru_maxrss * 1024,
            "context_switches_per_1000":
                round((used.ru_nvcsw + used.ru_nivcsw) * 1000 / records, 3),
            "latency_us": latency,
            "settings": {"batch_bytes": None if mode == "consume" else self.batch_bytes(options),
                         "start_included": True},
        }


def _produced(output, records):
    last = output.strip().splitlines()[-1]
    rate = re.search(rf"{records} records sent, ([\d.]+) records/sec", last)
    spread = re.search(r"([\d.]+) ms max latency, (\d+) ms 50th, \d+ ms 95th, (\d+) ms 99th, "
                       r"(\d+) ms 99.9th", last)
    if not rate or not spread:
        raise Problem(f"unexpected output: {last}")
    most, p50, p99, p999 = (float(text) * 1000 for text in spread.groups())
    return records / float(rate[1]), {"p50": p50, "p99": p99, "p99.9": p999, "max": most}


def _consumed(output, records):
    fields = [text.strip() for text in output.strip().splitlines()[-1].split(",")]
    if len(fields) != 10 or float(fields[4]) < records:
        raise Problem(f"unexpected output: {output.strip()[-300:]}")
    return records / float(fields[5]), None
