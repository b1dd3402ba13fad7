"""Runs the cases: every client in turn, several rounds, one broker."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import Problem, table
from .cases import EQUAL_BATCHES

TEXT_LINES = 10_000
MANY_TOPICS_OR_PARTITIONS = 100


class Session:
    def __init__(self, broker, clients, folder, records, rounds, output):
        self.broker, self.clients, self.folder = broker, clients, folder
        self.records, self.rounds, self.output = records, rounds, output
        self.topics_made = 0
        self.scratch = tempfile.TemporaryDirectory(prefix="kcpp-bench-")
        # What the kernel can count for any program, slowing what it counts: in a round of its own.
        self.counts_calls = _perf_counts()

    def warm_up(self):
        """The broker's code is compiled by the first millions of records."""
        kcpp = self.clients[0]
        with self._topic(6, {}) as topic:
            options = {"bootstrap": self.broker.bootstrap, "topic": topic.name,
                       "partitions": 6, "records": max(self.records // 2, 1), "size": 100}
            kcpp.result("produce", options, list)

    def measure(self, case):
        """Runs one case, prints its table, and keeps its lines."""
        records = min(self.records, case.records or self.records)
        lines, calls = [], {}
        rounds = self.rounds + (self.counts_calls and case.mode != "idle")
        with Topics(self, case, records) as topics:
            for number in range(1, rounds + 1):
                counting = number > self.rounds
                for variant in case.variants:
                    for client in self._able(case, variant, number):
                        line = self._run(case, variant, client, records, topics, counting)
                        if line is None:
                            continue
                        line |= {"case": case.name, "variant": variant, "by": client.name}
                        if counting:
                            calls[variant, client.name] = line["system_calls_per_1000"]
                        else:
                            line["round"] = number
                            lines.append(line)
        for line in lines:
            line["system_calls_per_1000"] = calls.get((line["variant"], line["by"]))
            self.output.write(json.dumps(line) + "\n")
        self.output.flush()
        work = "" if case.mode == "idle" else f"{records:,} records; "
        print(f"\n{case.name}: {case.title}\n"
              f"{work}medians of rounds: {self.rounds}; × is of {case.judged}\n\n"
              f"{table.of_case(case, self.clients, lines)}", flush=True)

    def _able(self, case, variant, number):
        """Who can do the case, in another order each round."""
        options = {**case.filling, **case.options, **case.variants[variant]}
        able = [c for c in self.clients
                if (case.clients is None or c.name in case.clients) and c.can(case.mode, options)]
        first = number % len(able)
        return able[first:] + able[:first]

    def _options(self, case, variant, records, topic):
        options = {"bootstrap": self.broker.bootstrap, "topic": topic,
                   "partitions": case.partitions, "records": records}
        if not case.reads():
            options["size"] = 100
        options |= case.options | case.variants[variant]
        if case.text and not case.reads():
            options["payload"] = self.text_values(options["size"])
        return options

    def _run(self, case, variant, client, records, topics, counting):
        """The JSON line, or None if the program failed, which it says."""
        _progress(f"{case.name} {variant} {client.name}")
        try:
            with topics.of(variant) as topic:
                options = self._options(case, variant, records, topic.name)
                if counting:
                    return self._count_calls(client, case.mode, options)
                before = self.broker.produce_requests() if case.counts_requests else None
                line = client.result(case.mode, options, list)
                if before is not None:
                    made = self.broker.produce_requests() - before
                    line["requests_per_second"] = round(made / line["seconds"], 1)
                return line
        except Problem as problem:
            _progress("")
            print(f"{case.name} {variant}: {client.name} failed: {problem}", file=sys.stderr)
            return None
        finally:
            _progress("")

    def _count_calls(self, client, mode, options):
        counted = Path(self.scratch.name) / "system_calls"
        count = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-o", str(counted), "--"]
        line = client.result(mode, options, lambda command: [*count, *command])
        calls = next(text for text in counted.read_text().splitlines() if "sys_enter" in text)
        per_1000 = int(calls.split(",")[0]) * 1000 / line["records"]
        return {**line, "system_calls_per_1000": round(per_1000, 3)}

    def text_values(self, size):
        """A file of JSON-like lines of `size` bytes, the same in every session."""
        path = Path(self.scratch.name) / f"values-{size}"
        if not path.exists():
            chance = random.Random(4)
            words = ["paid", "open", "shipped", "returned", "customer", "invoice", "Lisbon", "Oslo"]
            with path.open("w") as file:
                for number in range(TEXT_LINES):
                    line = f'{{"order":{number},"sum":{chance.randrange(10**6)}'
                    while len(line) < size:
                        line += f',"{chance.choice(words)}":"{chance.choice(words)}"'
                    file.write(line[:size] + "\n")
        return str(path)

    def _topic(self, partitions, options):
        self.topics_made += 1
        return Topic(self, f"bench-{self.topics_made}", partitions, options.get("topics", 1))


class Topic:
    """A topic, or as many as one run writes to, from making to deleting."""

    def __init__(self, session, name, partitions, count):
        self.session, self.name, self.partitions, self.count = session, name, partitions, count

    def __enter__(self):
        self._perf("make-topics", f"--partitions={self.partitions}")
        return self

    def __exit__(self, *_):
        self._perf("delete-topics")

    def _perf(self, command, *more):
        done = subprocess.run(
            [str(self.session.folder / "kcpp-perf"), command, "--topic", self.name, *more,
             "--bootstrap", self.session.broker.bootstrap, "--topics", str(self.count)],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise Problem(f"{command}: {done.stderr.strip()[-300:]}")


class Topics:
    """The topics of one case. A run gets one of its own, or all runs share one: what is read is
    written once, and to make thousands takes a broker longer than the run. What is shared is written
    to before the first run, so that none meets partitions without a segment."""

    def __init__(self, session, case, records):
        self.session, self.case, self.records = session, case, records
        self.shared = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for topic in self.shared.values():
            topic.__exit__()

    def of(self, variant):
        """A context that gives the topic for a run."""
        case, options = self.case, self.case.options | self.case.variants[variant]
        many = max(case.partitions, options.get("topics", 1)) > MANY_TOPICS_OR_PARTITIONS
        if not case.reads() and not many:
            return self.session._topic(case.partitions, options)
        if variant not in self.shared:
            topic = self.session._topic(case.partitions, options)
            self.shared[variant] = topic.__enter__()
            self._fill(topic)
        return Shared(self.shared[variant])

    def _fill(self, topic):
        options = {"bootstrap": self.session.broker.bootstrap, "topic": topic.name,
                   "topics": topic.count, "records": self.records, "size": 100,
                   "batch-bytes": EQUAL_BATCHES} | self.case.filling
        if not self.case.reads():
            options["keys"] = 16  # to every partition
        elif self.case.text:
            options["payload"] = self.session.text_values(options["size"])
        self.session.clients[0].result("produce", options, list)


class Shared:
    def __init__(self, topic):
        self.topic = topic

    def __enter__(self):
        return self.topic

    def __exit__(self, *_):
        pass


def _progress(text):
    """What runs now, in a line that comes and goes, for a person who watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _perf_counts():
    if not shutil.which("perf"):
        return False
    probe = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "--", "true"]
    done = subprocess.run(probe, capture_output=True, text=True)
    return done.returncode == 0 and done.stderr.split(",")[0].strip().isdigit()
