#!/usr/bin/env python3
"""How time grows with a history: the first 1/16, 1/8, 1/4, 1/2 and all of the commits of a repository.

  growth.py REPO [--tools tightlip,kingfisher] [--runs 3] [--tightlip FILE] [--work FOLDER]

Owns: cutting a history off, and the table. Leaves to others: each tool's ways (`tools.py`), measuring
(`measure.py`), installing them (`peers.py setup`).

Every part is a bare repository with one pack, whose deltas git takes from REPO as they are, so that the
parts differ in size and not in kind. The sizes take turns.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

import measure
from peers import OURS, TREE, binary, clean_environment, work_folder
from tools import TOOLS

SHARES = (16, 8, 4, 2, 1)


def arguments():
    parser = argparse.ArgumentParser(description="time against the length of a history")
    parser.add_argument("repo", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, help="folder that `peers.py setup` filled")
    parser.add_argument("--tightlip", type=pathlib.Path, default=TREE / "target/release/tightlip", help="our binary")
    parser.add_argument("--tools", default=OURS, help="[default: %(default)s]")
    parser.add_argument("--runs", type=int, default=3, help="of each tool and size, in turns [default: 3]")
    return parser.parse_args()


def git(folder, *words, text=None):
    done = subprocess.run(["git", "-C", str(folder), *words], input=text, capture_output=True, text=True, check=True)
    return done.stdout


def cut(repo, commits, folder):
    """A bare repository with these commits; each comes after its parents, so that all they need is there."""
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    pack = folder.resolve() / "objects/pack/pack"
    git(repo, "pack-objects", "--revs", "-q", str(pack), text="\n".join(commits) + "\n")
    lines = git(repo, "rev-list", "--no-walk=unsorted", "--parents", "--stdin", text="\n".join(commits) + "\n")
    followed = {parent for line in lines.splitlines() for parent in line.split()[1:]}
    tips = [commit for commit in commits if commit not in followed]
    refs = "".join(f"create refs/heads/tip-{at} {tip}\n" for at, tip in enumerate(tips))
    git(folder, "update-ref", "--stdin", text=refs)
    git(folder, "symbolic-ref", "HEAD", f"refs/heads/tip-{len(tips) - 1}")


def go(tool, path, target, environment, scratch):
    report, errors = str(scratch / "report.json"), str(scratch / "errors")
    command = tool.command(path, "history", str(target), report)
    run = measure.run(command, environment, str(scratch), os.devnull, errors)
    text = pathlib.Path(report).read_text("utf8", "replace")
    os.remove(report)
    return run, text


def main():
    options = arguments()
    work = work_folder(options.work)
    environment = clean_environment(work)
    names = options.tools.split(",")
    tools = [(TOOLS[name], binary(TOOLS[name], work, options.tightlip)) for name in names]
    commits = git(options.repo, "rev-list", "--topo-order", "--reverse", "HEAD").split()
    with tempfile.TemporaryDirectory(prefix="tightlip-growth-") as folder:
        scratch = pathlib.Path(folder)
        parts = {share: scratch / f"part-{share}.git" for share in SHARES}
        for share, part in parts.items():
            cut(options.repo, commits[: max(1, len(commits) // share)], part)
        runs, sizes = {}, {}
        for _ in range(options.runs):
            for share, part in parts.items():
                for tool, path in tools:
                    run, text = go(tool, path, part, environment, scratch)
                    runs.setdefault((tool.name, share), []).append(run)
                    if tool.name == OURS:
                        sizes[share] = json.loads(text)["scan"]["coverage"]
        table(names, runs, sizes)


def table(names, runs, sizes):
    print("| tool | part | commits | objects | blobs MB | CPU s | wall s | peak MB | µs an object | MB/s |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name in names:
        for share in SHARES:
            median = lambda what: statistics.median(getattr(run, what) for run in runs[name, share])
            size = sizes.get(share, {})
            objects, megabytes = size.get("objects", 0), size.get("bytes", 0) / 1e6
            cpu = median("cpu")
            rates = f"{cpu * 1e6 / objects:.1f} | {megabytes / cpu:.0f}" if objects else "- | -"
            print(f"| {name} | 1/{share} | {size.get('commits', '-')} | {objects or '-'} | {megabytes:.0f} | {cpu:.2f} "
                  f"| {median('wall'):.2f} | {median('rss'):.0f} | {rates} |")


if __name__ == "__main__":
    main()
