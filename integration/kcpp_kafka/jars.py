"""Java, and the jars of a Kafka release: downloaded by Maven once, then kept in a cache."""

import functools
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from . import Problem
from .lock import locked

DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

# For commands that run for a second: compiling well is not worth it.
QUICK_START = "-XX:TieredStopAtLevel=1"

# slf4j-simple is the one logging backend that both release lines take without a configuration file;
# 3.9 would bring another, and two backends quarrel.
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>kcpp</groupId><artifactId>integration-kafka</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{version}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId>
      <version>{version}</version>
      <exclusions>
        <exclusion><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""


@functools.cache
def java():
    """The Java to run Kafka with: JAVA_HOME's, else the one on the PATH. Kafka 4 needs Java 17."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(f"{home}/bin/java" if home else "java")
    if not found:
        where = f"JAVA_HOME={home} holds no bin/java" if home else "there is no java on the PATH"
        raise Problem(f"Kafka needs Java 17 or newer, and {where}.\n"
                      "  apt-get install default-jre-headless")
    banner = subprocess.run([found, "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', banner)
    if version and int(version[1]) < 17:
        raise Problem(f"Kafka needs Java 17 or newer; {found} is Java {version[1]}.\n"
                      "  apt-get install default-jre-headless, or let JAVA_HOME name a newer one")
    return found


def folder(version):
    """The folder with the jars of Kafka `version`, downloaded first if missing or out of date."""
    if not re.fullmatch(r"\d+\.\d+\.\d+(-\w+)?", version):
        raise Problem(f"'{version}' is no Kafka version; one looks like 4.3.1")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kcpp"
    kept = cache / f"kafka-{version}"
    pom = POM.format(version=version)
    if _made_from(kept) != pom:
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / "lock"):
            if _made_from(kept) != pom:
                _download(kept, pom, version)
    return kept


def _made_from(kept):
    try:
        return (kept / "pom.xml").read_text()
    except FileNotFoundError:
        return None


def _download(kept, pom, version):
    """Has Maven copy the jars to a new folder, which becomes `kept` once it is complete."""
    maven = shutil.which("mvn")
    if not maven:
        raise Problem("Maven downloads Kafka's jars, and there is no mvn on the PATH.\n"
                      "  apt-get install maven")
    print(f"downloading Kafka {version} (about 55 MB, once)", file=sys.stderr)
    fresh = kept.with_name(kept.name + ".download")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    (fresh / "pom.xml").write_text(pom)
    run = subprocess.run(
        [maven, "--batch-mode", "--quiet", "-Dstyle.color=never", "--file", fresh / "pom.xml",
         f"{DEPENDENCY_PLUGIN}:copy-dependencies", "-DincludeScope=runtime",
         f"-DoutputDirectory={fresh}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        shutil.rmtree(fresh)
        reason = run.stdout.partition("[ERROR] ")[2].partition("\n")[0] or run.stdout
        raise Problem(f"Maven could not download Kafka {version}; "
                      f"does it exist, and is the network up?\n  {reason}")
    shutil.rmtree(kept, ignore_errors=True)
    fresh.rename(kept)


def command(version, main, *arguments, options=(), level="warn"):
    """The command line that runs a class of Kafka `version` and logs from `level` on to stderr."""
    logger = "-Dorg.slf4j.simpleLogger"
    return [java(), *options, f"{logger}.defaultLogLevel={level}", f"{logger}.showDateTime=true",
            f"{logger}.dateTimeFormat=HH:mm:ss.SSS", "-cp", f"{folder(version)}/*",
            main, *map(str, arguments)]


def find_class(version, candidates):
    """The first of `candidates` that Kafka `version` has: classes move between releases."""
    for artifact in ("kafka-tools", "kafka_2.13"):
        with zipfile.ZipFile(folder(version) / f"{artifact}-{version}.jar") as jar:
            names = set(jar.namelist())
        for candidate in candidates:
            if candidate.replace(".", "/") + ".class" in names:
                return candidate
    raise Problem(f"Kafka {version} has no {candidates[0].rsplit('.', 1)[-1]}")
