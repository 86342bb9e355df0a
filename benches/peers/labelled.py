#!/usr/bin/env python3
"""Recall and precision on a labelled set, tightlip beside its peers, all by one measure.

  labelled.py DIR [--tools tightlip,kingfisher,gitleaks,betterleaks,detect-secrets,credsweeper]
                  [--tightlip FILE] [--min-confidence medium|high] [--work FOLDER]

DIR holds data/<repository>/... and meta/*.csv, as training/README.md says; `tightlip baseline export`
makes such a set. A row labelled true is found when a finding stands on one of its lines. A finding that
stands on no such line is false, counted once a line. Rows of the categories in IDENTIFIERS name things
and open none: they count neither way. The peers are those that `peers.py setup` installed below --work.
"""

import argparse
import csv
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "training"))
from made import findings  # noqa: E402
from tools import TOOLS  # noqa: E402
from train import IDENTIFIERS  # noqa: E402


def true_rows(folder):
    """(path, first line, last line, whether it only names something) of what is labelled true."""
    for meta in sorted((pathlib.Path(folder) / "meta").glob("*.csv")):
        with open(meta, encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                if row["GroundTruth"] == "T":
                    is_neutral = set(row["Category"].split(":")) <= IDENTIFIERS
                    yield row["FilePath"], int(row["LineStart"]), int(row["LineEnd"]), is_neutral


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--tools", default="tightlip,kingfisher,gitleaks,betterleaks,detect-secrets,credsweeper")
    parser.add_argument("--tightlip", default="target/release/tightlip")
    parser.add_argument("--min-confidence", default="medium", choices=("medium", "high"))
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/tightlip-peers/environment"))
    args = parser.parse_args()
    true, covered = [], set()
    for path, first, last, is_neutral in true_rows(args.folder):
        covered.update((path, line) for line in range(first, last + 1))
        if not is_neutral:
            true.append((path, first, last))
    grades = ("low", "medium", "high")
    print("| tool | found | false | recall | precision | F1 |\n|---|---:|---:|---:|---:|---:|")
    for name in args.tools.split(","):
        tool = TOOLS[name]
        binary = args.tightlip if name == "tightlip" else tool.locate(args.work)
        if not pathlib.Path(binary).exists():
            print(f"| {name} | not installed | | | | |")
            continue
        found = findings(tool, binary, args.folder)
        least = grades.index(args.min_confidence)
        if name == "tightlip":
            found = [one for one in found if grades.index(one.confidence) >= least]
        places = {(one.path, one.line) for one in found if one.path.startswith("data/")}
        hits = sum(any((path, line) in places for line in range(first, last + 1)) for path, first, last in true)
        false = len(places - covered)
        recall, precision = hits / max(1, len(true)), hits / max(1, hits + false)
        score = 2 * recall * precision / max(1e-9, recall + precision)
        print(f"| {name} | {hits} | {false} | {recall:.3f} | {precision:.3f} | {score:.3f} |", flush=True)


if __name__ == "__main__":
    main()
