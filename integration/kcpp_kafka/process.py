"""Processes that outlive the command that started them.

A process is known by its id and its start time, because ids are reused.
"""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


def spawn(command, folder, log):
    """Starts `command` in a session of its own; its output is appended to `log`."""
    with open(log, "ab") as output:
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=output, start_new_session=True)
    return {"pid": child.pid, "started": stat(child.pid).started}


def state(process):
    """'running', 'paused' or 'gone'."""
    found = stat(process["pid"])
    if found is None or found.started != process["started"]:
        return "gone"
    # The other threads of a process that is killed may outlive the one that the letter is of, and
    # until the last of them has ended its ports are taken.
    if found.letter in "ZX" and found.threads <= 1:
        return "gone"
    return "paused" if found.letter in "Tt" else "running"


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


@dataclass(frozen=True)
class Stat:
    letter: str   # the state of the main thread
    threads: int
    started: int  # ticks since boot


def stat(pid):
    """What /proc says of a process; None if there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return Stat(fields[0], int(fields[17]), int(fields[19]))
