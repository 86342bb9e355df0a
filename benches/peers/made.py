#!/usr/bin/env python3
"""Recall and precision on passwords as people choose them, tightlip beside its peers.

  made.py FOLDER [--tools tightlip,kingfisher,gitleaks,betterleaks,credsweeper] [--tightlip FILE] [--work FOLDER]

FOLDER was made by training/passwords.py. A password is found when a finding stands on its line and holds
it, or a part of it; a finding on the line of a look-alike is false. The peers are those that
`peers.py setup` installed below --work.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile

from tools import TOOLS


def labels(folder):
    for row in (pathlib.Path(folder) / "labels.tsv").read_text("utf8").splitlines():
        file, line, label, value = row.split("\t")
        yield (file, int(line)), (label, value)


def findings(tool, binary, folder):
    with tempfile.TemporaryDirectory() as home:
        report = os.path.join(home, "report.json")
        environment = dict(os.environ, HOME=home, HTTPS_PROXY="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9")
        run = subprocess.run(tool.command(str(binary), "dir", str(folder), report), env=environment,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        text = run.stdout.decode("utf8", "replace") if tool.to_stdout else pathlib.Path(report).read_text("utf8")
        return tool.parse(text, str(folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--tools", default="tightlip,kingfisher,gitleaks,betterleaks,credsweeper")
    parser.add_argument("--tightlip", default="target/release/tightlip")
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/tightlip-peers/environment"))
    args = parser.parse_args()
    rows = dict(labels(args.folder))
    wanted = {place for place, (label, _) in rows.items() if label == "secret"}
    print("| tool | found | false | recall | precision |\n|---|---:|---:|---:|---:|")
    for name in args.tools.split(","):
        tool = TOOLS[name]
        binary = args.tightlip if name == "tightlip" else tool.locate(args.work)
        if not pathlib.Path(binary).exists():
            print(f"| {name} | not installed | | | |")
            continue
        places = {(os.path.basename(found.path), found.line) for found in findings(tool, binary, args.folder)}
        found, false = len(places & wanted), len(places & (rows.keys() - wanted))
        precision = found / (found + false) if found + false else 0
        print(f"| {name} | {found} | {false} | {found / len(wanted):.3f} | {precision:.3f} |")


if __name__ == "__main__":
    main()
