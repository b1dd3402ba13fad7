"""What is measured. Each case is the same work for every client that can do it."""

from dataclasses import dataclass, field

EQUAL_BATCHES = 128 * 1024

# A client's own batch size is part of what its users get; with equal ones the work is the same.
BATCHES = {"own batches": {}, "128 KiB batches": {"batch-bytes": EQUAL_BATCHES}}


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    mode: str = "produce"
    partitions: int = 6
    # At most so many records, however many are asked for.
    records: int | None = None
    # Options of kcpp-perf and of each program that does the same.
    options: dict = field(default_factory=dict)
    # How the topic that is read was written.
    filling: dict = field(default_factory=dict)
    # What is compared with each other: the first is what the others are held to.
    variants: dict = field(default_factory=lambda: {"": {}})
    # None: all that can do it.
    clients: tuple | None = None
    # The figure that counts, by the name that it has in the JSON line.
    judged: str = "cpu_ns_per_record"
    # Whether the broker is asked how many produce requests came.
    counts_requests: bool = False
    # Values from a file of text, to be compressed; otherwise each is the same letter.
    text: bool = False

    def reads(self):
        """Whether the records are there before the run."""
        return self.mode in ("consume", "idle")


CASES = [
    Case("base", "100-byte values, 6 partitions, linger 5 ms, a callback per record",
         variants=BATCHES),
    Case("keyed", "the same with 16-byte keys", options={"keys": 16}, variants=BATCHES),
    Case("lz4", "the same without keys, lz4, values of text",
         options={"compression": "lz4"}, variants=BATCHES, text=True),
    Case("partitions", "1,000 partitions, 20,000 records/s with 16-byte keys, linger 5 ms",
         partitions=1000, records=200_000, options={"keys": 16, "rate": 20_000},
         counts_requests=True),
    Case("threads", "one application thread and two, no keys",
         variants={"1 thread": {}, "2 threads": {"threads": 2}},
         clients=("kcpp", "librdkafka", "franz-go")),
    Case("threads-keyed", "one application thread and two, 16-byte keys", options={"keys": 16},
         variants={"1 thread": {}, "2 threads": {"threads": 2}},
         clients=("kcpp", "librdkafka", "franz-go")),
    # All of it fits the buffer and the linger, so that sending does not disturb the appending.
    Case("topics", "10,000 topics in turn against one: what send costs its caller",
         partitions=1, records=200_000,
         options={"linger": 2000, "buffer-bytes": 256 * 1024 * 1024},
         variants={"1 topic": {}, "10,000 topics": {"topics": 10_000}},
         clients=("kcpp", "librdkafka"), judged="application_cpu_ns_per_record"),
    Case("topic-runs", "10,000 topics, 500 records in a row to each, against one topic",
         partitions=1,
         variants={"1 topic": {}, "10,000 topics": {"topics": 10_000, "topic-run": 500}},
         clients=("kcpp", "librdkafka"), judged="application_cpu_ns_per_record"),
    Case("latency", "1,000 records/s, linger 0: from send to report", mode="latency",
         records=20_000, judged="latency_us.p99"),
    Case("consume", "100-byte values, 6 partitions, CRC checked; key, value and offset touched",
         mode="consume"),
    Case("consume-keyed", "the same with 16-byte keys", mode="consume", filling={"keys": 16}),
    Case("consume-lz4", "the same without keys, lz4, values of text", mode="consume",
         filling={"compression": "lz4"}, text=True),
    Case("consume-zstd", "the same, zstd", mode="consume", filling={"compression": "zstd"},
         text=True),
    Case("end-to-end", "1,000 records/s, linger 0: from send to reading it", mode="end-to-end",
         records=20_000, judged="latency_us.p99"),
    Case("idle", "1,000 partitions of which nothing comes", mode="idle", partitions=1000,
         records=1, judged="cpu_percent"),
    Case("idle-many", "5,000 partitions of which nothing comes", mode="idle", partitions=5000,
         records=1, judged="cpu_percent"),
]
