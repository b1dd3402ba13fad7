"""Processes that outlive the command that started them.

A process is known by its id and its start time, because ids are reused.
"""

import os
import signal
import subprocess
import time
from pathlib import Path


def spawn(command, folder, log):
    """Starts `command` in a session of its own; its output is appended to `log`."""
    with open(log, "ab") as output:
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=output, start_new_session=True)
    return {"pid": child.pid, "started": _stat(child.pid)[1]}


def state(process):
    """'running', 'paused' or 'gone'."""
    letter, started = _stat(process["pid"])
    if letter in (None, "Z", "X") or started != process["started"]:
        return "gone"
    return "paused" if letter in "Tt" else "running"


def send(process, number):
    """Sends a signal, unless the process is gone and another one may have its id."""
    if state(process) != "gone":
        try:
            os.kill(process["pid"], number)
        except ProcessLookupError:
            pass


def end(process, number, seconds):
    """Sends SIGTERM or SIGKILL and waits for the end: False if it takes more than `seconds`."""
    send(process, number)
    send(process, signal.SIGCONT)  # a paused process gets SIGTERM only once it continues
    deadline = time.monotonic() + seconds
    while state(process) != "gone":
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def memory(process):
    """Resident memory in MB."""
    try:
        pages = int(Path(f"/proc/{process['pid']}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _stat(pid):
    """State letter and start time (ticks since boot) from /proc, or (None, None)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None, None
    return fields[0], int(fields[19])
