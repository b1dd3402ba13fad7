"""Builds what is measured, and finds the peers that this machine has."""

import shutil
import subprocess
import sys
from pathlib import Path

from . import Problem, librdkafka
from .clients import Floor, Java, Native

ROOT = Path(__file__).resolve().parents[2]
KAFKA = "4.3.1"


def build(folder):
    """Builds the C++ programs, optimised, and returns where they are."""
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DKCPP_BUILD_BENCH=ON", "-DKCPP_BUILD_TESTS=OFF",
               "-DKCPP_BUILD_EXAMPLES=OFF", "-DKCPP_BUILD_TOOLS=OFF"]
    if shutil.which("ccache"):
        options.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    _do(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *options])
    _do(["cmake", "--build", folder, "--target", "bench/all"])
    return folder / "bench"


def find(folder, rdkafka=None):
    """All clients, kcpp first and the floor last. `rdkafka`: a librdkafka.so to measure."""
    return [Native("kcpp", folder / "kcpp-perf"), *_librdkafka(folder, rdkafka), *_franz_go(folder),
            *_java(), Floor(folder)]


def _librdkafka(folder, path):
    program = folder / "librdkafka-perf"
    if not program.exists():
        return _without("librdkafka", "no librdkafka-dev when this was built")
    path = path or librdkafka.newest()
    environment = {"LD_PRELOAD": Path(path).resolve()} if path else {}
    return [Native("librdkafka", program, is_peer=True, environment=environment)]


def _franz_go(folder):
    program = folder / "franz-go-perf"
    if not shutil.which("go"):
        return _without("franz-go", "no go on the PATH")
    built = subprocess.run(["go", "build", "-o", str(program), "."], capture_output=True, text=True,
                           cwd=ROOT / "bench/peers/franz-go")
    if built.returncode != 0:
        return _without("franz-go", built.stderr.strip()[-300:])
    return [Native("franz-go", program, is_peer=True),
            Reusing("franz-go reusing", program, is_peer=True, extra=["--reuse-records"])]


class Reusing(Native):
    """A program that sends the same record objects again, which its documentation does not do."""

    def can(self, mode, options):
        return mode == "produce" and not {"keys", "compression", "threads", "topics"} & options.keys()


def _java():
    if not shutil.which("java") or not shutil.which("mvn"):
        return _without("java", "no java or no mvn on the PATH")
    return [Java(KAFKA)]


def _without(name, why):
    print(f"without {name}: {why}", file=sys.stderr)
    return []


def _do(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"{' '.join(str(word) for word in command)}\n"
                      f"{(done.stdout + done.stderr)[-2000:]}")
