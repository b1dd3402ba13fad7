"""For the tests that break brokers: they start three of their own, and leave those of the cluster alone."""

import os
import sys
from pathlib import Path

INTEGRATION = Path(__file__).resolve().parents[2] / "integration"
SKIPPED = 77
KIP_848_SINCE = 4


def become(script, *arguments, protocol=None):
    """Becomes integration/SCRIPT, on three brokers of the release that KCPP_KAFKA_VERSION names, in a folder inside the
    one of the cluster that KCPP_KAFKA_DIR holds. Ends with SKIPPED where there is none, or one with fewer brokers or
    without that group protocol."""
    folder, version = os.environ.get("KCPP_KAFKA_DIR"), os.environ.get("KCPP_KAFKA_VERSION", "4.3.1")
    if not folder or os.environ["KCPP_BOOTSTRAP"].count(",") < 2:
        sys.exit(SKIPPED)
    if protocol == "consumer" and int(version.split(".")[0]) < KIP_848_SINCE:
        sys.exit(SKIPPED)
    program = INTEGRATION / script
    os.execv(program, [program, *arguments, "--version", version, "--dir", f"{folder}/{script}"])
