"""What came of a run, whatever the role."""

from typing import NamedTuple

from .checker import Findings


class Outcome(NamedTuple):
    findings: Findings
    report: list  # of lines
