"""Medians and ratios of one case, as a table that Markdown takes."""

import statistics

# Header, path in the JSON line, scale, digits.
COLUMNS = [
    ("records/s", "records_per_second", 1, 0),
    ("CPU ns/record", "cpu_ns_per_record", 1, 0),
    ("in send ns", "application_cpu_ns_per_record", 1, 0),
    ("CPU %", "cpu_percent", 1, 3),
    ("peak MB", "peak_rss_bytes", 1e-6, 0),
    ("allocations/record", "allocations_per_record", 1, 4),
    ("wake-ups/1000", "wakeups_per_1000", 1, 2),
    ("switches/1000", "context_switches_per_1000", 1, 2),
    ("system calls/1000", "system_calls_per_1000", 1, 2),
    ("first record ms", "first_record_us", 1e-3, 1),
    ("p50 µs", "latency_us.p50", 1, 0),
    ("p99 µs", "latency_us.p99", 1, 0),
    ("p99.9 µs", "latency_us.p99.9", 1, 0),
    ("max µs", "latency_us.max", 1, 0),
    ("requests/s", "requests_per_second", 1, 0),
    ("wake-ups/s", "wakeups_per_second", 1, 1),
    ("fetches/s", "fetches_per_second", 1, 2),
    ("bytes out/fetch", "bytes_out_per_fetch", 1, 0),
    ("bytes in/fetch", "bytes_in_per_fetch", 1, 0),
]


def value(line, path):
    """latency_us.p99.9 is the entry p99.9 of latency_us."""
    outer, _, inner = path.partition(".")
    found = line.get(outer)
    return found.get(inner) if inner and found is not None else found


def median(lines, path):
    known = [v for v in (value(line, path) for line in lines) if v is not None]
    return statistics.median(known) if known else None


def of_case(case, clients, lines):
    """`lines`: the JSON lines of the case, each with its "by" (the client's name) and "variant"."""
    header = ["client", "batch bytes", *(f"× {what}" for what in _ratios(case)),
              *(title for title, *_ in COLUMNS)]
    rows = []
    for variant in case.variants:
        of_variant = {c.name: [line for line in lines
                               if line["by"] == c.name and line["variant"] == variant]
                      for c in clients}
        for client in clients:
            if of_variant[client.name]:
                rows.append(_row(case, clients, client, variant, of_variant, lines))
    kept = [i for i in range(len(header)) if any(row[i] for row in rows)]
    return _aligned([[row[i] for i in kept] for row in [header, *rows]])


def _ratios(case):
    first = next(iter(case.variants))
    return ["best peer", "floor", *([first] if len(case.variants) > 1 else [])]


def _row(case, clients, client, variant, of_variant, lines):
    own = of_variant[client.name]
    judged = median(own, case.judged)
    peers = [median(of_variant[c.name], case.judged) for c in clients if c.is_peer]
    best = min((p for p in peers if p is not None), default=None)
    floor = median(of_variant.get("floor", []), case.judged)
    first = [line for line in lines if line["by"] == client.name
             and line["variant"] == next(iter(case.variants))]
    ratios = [_ratio(judged, best), _ratio(judged, floor)]
    if len(case.variants) > 1:
        ratios.append(_ratio(judged, median(first, case.judged)))
    batch = None if case.reads() else own[0].get("settings", {}).get("batch_bytes")
    name = own[0]["client"] + (f" ({client.name})" if client.name not in own[0]["client"] else "")
    return [f"{name}, {variant}" if variant else name, _number(batch or None, 1, 0), *ratios,
            *(_number(median(own, path), scale, digits) for _, path, scale, digits in COLUMNS)]


def _ratio(one, other):
    return "" if one is None or not other else f"{one / other:.2f}"


def _number(number, scale, digits):
    return "" if number is None else f"{number * scale:,.{digits}f}"


def _aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]

    def line(row):
        cells = [row[0].ljust(widths[0]), *(t.rjust(w) for t, w in zip(row[1:], widths[1:]))]
        return f"| {' | '.join(cells)} |"

    rule = "|".join(["-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:])])
    return "\n".join([line(rows[0]), f"|{rule}|", *map(line, rows[1:])])
