"""A librdkafka as new as its users': the one inside the Python package of its makers.

Debian's is years old. The programs are compiled against that one's headers, whose calls the newer
one has too, and get the newer one by LD_PRELOAD.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = "confluent-kafka==2.16.1"


def newest():
    """The library's path, downloaded by pip if it is missing; None where there is none to have."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kcpp"
    kept = cache / PACKAGE.replace("==", "-")
    if not list(kept.glob("*/librdkafka*")):
        kept.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download",
               "--no-deps", "--only-binary=:all:", "--dest", str(kept), PACKAGE]
        done = subprocess.run(pip, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"no {PACKAGE}, so the system's librdkafka is measured: "
                  f"{done.stderr.strip()[-200:]}", file=sys.stderr)
            return None
        for wheel in kept.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(kept, [n for n in archive.namelist() if ".libs/" in n])
            wheel.unlink()
    return next(kept.glob("*/librdkafka*"), None)
