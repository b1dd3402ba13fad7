"""Several nemeses at work at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor


def run(tasks, goes_on):
    """Runs each task in a thread of its own, until `goes_on` says no or one of them fails, and
    returns once all have ended. A task is called with what tells it whether to go on."""
    over = threading.Event()

    def guarded(task):
        try:
            task(lambda: goes_on() and not over.is_set())
        except BaseException:
            over.set()
            raise

    with ThreadPoolExecutor(len(tasks)) as pool:
        try:
            for running in [pool.submit(guarded, task) for task in tasks]:
                running.result()
        finally:
            over.set()  # where this thread was interrupted
