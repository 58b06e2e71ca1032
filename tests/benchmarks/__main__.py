"""``python -m tests.benchmarks``: prints its table, and writes it as JSON where it is told to."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.goals import GOALS


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    asked.add_argument("--only", choices=sorted(GOALS), action="append", help="one goal; may be given several times")
    asked.add_argument("--rounds", type=int, default=20, help="how often each thing is done (20)")
    asked.add_argument("--notes", type=int, default=2000, help="how many notes a full room has (2000)")
    asked.add_argument("--json", type=Path, help="a file for the table")
    told = asked.parse_args()
    found = []
    for name in told.only or sorted(GOALS):
        with tempfile.TemporaryDirectory(prefix="dialogue-benchmark-") as folder:
            for finding in GOALS[name](Path(folder), told.rounds, told.notes):
                found.append(finding)
                mark = "  met" if finding.is_met else "MISSED"
                print(f"{finding.goal}  {mark}  {finding.ratio:5.2f} of at most {finding.most:.2f}  {finding.what}")
                print(f"            {finding.told}", flush=True)
    if told.json is not None:
        told.json.write_text(json.dumps([asdict(one) | {"met": one.is_met} for one in found], indent=2) + "\n")


if __name__ == "__main__":
    main()
