#!/usr/bin/env python3
"""Baselines under churn: after each of many random edits, does a baseline let pass exactly what is known?

Owns: the edits, the truth about them, and the table. Leaves to others: installing the tools (`peers.py setup`).

A tree of small files holds made-up tokens. An edit inserts or deletes lines, renames, indents or reorders a
file, or moves, copies, changes or removes a secret. A secret is truly new where it stands at more paths than
it left. After every third edit each tool makes its baseline anew, as its manual says. An edit counts as exact
when the tool reports the truly new secrets and no other.
"""

import argparse
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import tempfile

from peers import OURS, TREE, binary, clean_environment, work_folder
from scripted import token
from tools import TOOLS

UPDATED_EVERY = 3
NAME_OF_ITS_OWN = r"\.secrets\.baseline"


class Tree:
    """Files as lists of lines: the number of a token, or a text."""

    def __init__(self, seed):
        self.random, self.indent, self.next_token, self.next_name = random.Random(seed), 0, 100, 0
        self.files = {f"d{at % 3}/f{at}.env": [at * 2 + line // 6 if line % 6 == 2 else f"# note {line}"
                                               for line in range(12)] for at in range(8)}

    def edit(self):
        edits = (self.insert, self.delete, self.rename, self.reindent, self.reverse, self.move, self.copy,
                 self.change, self.remove)
        chosen = self.random.choice(edits)
        chosen(self.random.choice(sorted(self.files)))
        return chosen.__name__

    def insert(self, path):
        self.files[path][:0] = ["# added"] * 3

    def delete(self, path):
        lines = self.files[path]
        self.files[path] = [line for at, line in enumerate(lines) if isinstance(line, int) or at % 3]

    def rename(self, path):
        self.next_name += 1
        self.files[f"moved/n{self.next_name}.env"] = self.files.pop(path)

    def reindent(self, _path):
        self.indent = (self.indent + 1) % 5

    def reverse(self, path):
        self.files[path].reverse()

    def some_token(self):
        places = [(path, at) for path in sorted(self.files) for at, line in enumerate(self.files[path])
                  if isinstance(line, int)]
        return self.random.choice(places)

    def move(self, path):
        source, at = self.some_token()
        self.files[path].append(self.files[source].pop(at))

    def copy(self, path):
        source, at = self.some_token()
        self.files[path].insert(0, self.files[source][at])

    def change(self, _path):
        source, at = self.some_token()
        self.next_token += 1
        self.files[source][at] = self.next_token

    def remove(self, _path):
        source, at = self.some_token()
        if len(self.places()) > 4:
            self.files[source].pop(at)

    def places(self):
        places = {}
        for path, lines in self.files.items():
            for line in lines:
                if isinstance(line, int):
                    places.setdefault(line, set()).add(path)
        return places

    def write(self, folder):
        for old in {path.split("/")[0] for path in self.files} | {"d0", "d1", "d2", "moved"}:
            shutil.rmtree(folder / old, ignore_errors=True)
        for path, lines in self.files.items():
            text = "".join(" " * self.indent + (f'TOKEN = "{token(line)}"' if isinstance(line, int) else line) + "\n"
                           for line in lines)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)


def truly_new(known, now):
    return {secret for secret, paths in now.items()
            if len(paths - known.get(secret, set())) > len(known.get(secret, set()) - paths)}


class Keeper:
    """A tool with a baseline; both stand outside of the tree where the tool lets them."""

    def __init__(self, path, tree, scratch, environment):
        self.path, self.tree, self.environment = path, tree, environment
        self.base, self.report = scratch / "baseline", scratch / "report.json"

    def run(self, *words, codes=(0,)):
        self.report.unlink(missing_ok=True)
        done = subprocess.run([self.path, *map(str, words)], cwd=self.tree, env=self.environment, capture_output=True,
                              text=True)
        if done.returncode not in codes:
            raise SystemExit(f"{self.path} {words}: exit code {done.returncode}: {done.stderr[-500:]}")
        return done.stdout

    def text(self):
        return self.report.read_text() if self.report.exists() else ""


class Tightlip(Keeper):
    def __init__(self, *words):
        super().__init__(*words)
        self.made = False

    def update(self):
        self.run("baseline", "update" if self.made else "create", "--baseline", self.base)
        self.made = True

    def new(self):
        self.run("scan", "--baseline", self.base, "--format", "json", "--show-secrets", "-o", self.report, codes=(0, 1))
        return {one["secret"] for one in json.loads(self.text())["findings"]}


class Gitleaks(Keeper):
    COMMON = ("dir", ".", "--no-banner", "-l", "error", "--exit-code", "3", "-f", "json")

    def update(self):
        self.run(*self.COMMON, "-r", self.base, codes=(0, 3))

    def new(self):
        self.run(*self.COMMON, "-r", self.report, "--baseline-path", self.base, codes=(0, 3))
        return {one["Secret"] for one in json.loads(self.text() or "[]") or []}


class Kingfisher(Keeper):
    COMMON = ("scan", ".", "-n", "--no-update-check", "-q", "--git-history", "none", "-f", "json")

    def update(self):
        self.base.unlink(missing_ok=True)
        self.run(*self.COMMON, "-o", self.report, "--baseline-file", self.base, "--manage-baseline", codes=(0, 200, 205))

    def new(self):
        self.run(*self.COMMON, "-o", self.report, "--baseline-file", self.base, codes=(0, 200, 205))
        return {one["finding"]["snippet"] for one in json.loads(self.text() or '{"findings": []}')["findings"]}


class DetectSecrets(Keeper):
    """Its hook wants a repository, with the baseline in the index."""

    NAME = ".secrets.baseline"

    def update(self):
        text = self.run("scan", "--all-files", "--no-verify", "--exclude-files", NAME_OF_ITS_OWN, ".")
        subprocess.run(["git", "init", "-q"], cwd=self.tree, env=self.environment, check=True)
        (self.tree / self.NAME).write_text(text)
        subprocess.run(["git", "add", self.NAME], cwd=self.tree, env=self.environment, check=True)

    def new(self):
        hook = Keeper(self.path + "-hook", self.tree, self.base.parent, self.environment)
        files = sorted(str(path.relative_to(self.tree)) for path in self.tree.rglob("*.env"))
        text = hook.run("--json", "--no-verify", "--baseline", self.NAME, *files, codes=(0, 1, 3))
        # It writes new line numbers into the baseline, and fails for that alone.
        subprocess.run(["git", "checkout", "-q", self.NAME], cwd=self.tree, env=self.environment, check=True)
        found = json.loads(text)["results"] if text.strip().startswith("{") else {}
        return {"sha1:" + one["hashed_secret"] for secrets in found.values() for one in secrets}


KEEPERS = {OURS: Tightlip, "gitleaks": Gitleaks, "kingfisher": Kingfisher, "detect-secrets": DetectSecrets}


def numbers(secrets):
    """The tokens that a report names, by number; what is none of ours counts as a false alarm."""
    known = {token(number): number for number in range(400)}
    hashes = {"sha1:" + hashlib.sha1(text.encode()).hexdigest(): number for text, number in known.items()}
    return {known.get(secret, hashes.get(secret, secret)) for secret in secrets}


def main():
    parser = argparse.ArgumentParser(description="baselines under random edits")
    parser.add_argument("--work", type=pathlib.Path, help="folder that `peers.py setup` filled")
    parser.add_argument("--tightlip", type=pathlib.Path, default=TREE / "target/release/tightlip", help="our binary")
    parser.add_argument("--tools", default=",".join(KEEPERS), help="[default: %(default)s]")
    parser.add_argument("--edits", type=int, default=200, help="[default: 200]")
    parser.add_argument("--seed", type=int, default=1, help="of the edits [default: 1]")
    options = parser.parse_args()
    work = work_folder(options.work)
    sums = {name: {"exact": 0, "alarms": 0, "missed": 0} for name in options.tools.split(",")}
    with tempfile.TemporaryDirectory(prefix="tightlip-churn-") as folder:
        scratch, tree = pathlib.Path(folder), Tree(options.seed)
        keepers = {}
        for name in sums:
            (scratch / name).mkdir()
            path = binary(TOOLS[name], work, options.tightlip)
            keepers[name] = KEEPERS[name](path, scratch / name / "tree", scratch / name, clean_environment(work))
        for keeper in keepers.values():
            tree.write(keeper.tree)
            keeper.update()
        known = tree.places()
        for step in range(options.edits):
            tree.edit()
            wanted = truly_new(known, tree.places())
            for name, keeper in keepers.items():
                tree.write(keeper.tree)
                told = numbers(keeper.new())
                sums[name]["exact"] += told == wanted
                sums[name]["alarms"] += len(told - wanted)
                sums[name]["missed"] += len(wanted - told)
                if step % UPDATED_EVERY == UPDATED_EVERY - 1:
                    keeper.update()
            if step % UPDATED_EVERY == UPDATED_EVERY - 1:
                known = tree.places()
    print(f"| tool | exact edits of {options.edits} | known secrets told as new | new secrets let pass |\n|---|---:|---:|---:|")
    for name, sum_of in sums.items():
        print(f"| {name} | {sum_of['exact']} | {sum_of['alarms']} | {sum_of['missed']} |")


if __name__ == "__main__":
    main()
