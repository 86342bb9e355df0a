#!/usr/bin/env python3
"""Runs tightlip and its peers side by side over the same input; see README.md.

Owns: the command line, installing the peers, alternating the runs, and the tables. Leaves to others:
each tool's ways (`tools.py`), measuring (`measure.py`), comparing findings (`compare.py`).
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import asdict

import compare
import measure
from tools import MODES, TOOLS

OURS = "tightlip"
DEFAULT = ["tightlip", "kingfisher", "gitleaks", "betterleaks"]
TREE = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description="tightlip and its peers, side by side")
    parser.add_argument("--work", type=pathlib.Path, help="folder for the peers and their caches, outside of the tree "
                        "[default: tightlip-peers in the user's cache folder]")
    verbs = parser.add_subparsers(dest="verb", required=True)
    setup = verbs.add_parser("setup", help="install the peers; the only step that needs a network")
    setup.add_argument("tools", nargs="*", default=[*DEFAULT[1:], "detect-secrets"], help="which [default: %(default)s]")
    run = verbs.add_parser("run", help="run, measure and compare")
    run.add_argument("target", type=pathlib.Path, help="folder or repository")
    run.add_argument("--mode", choices=MODES, default="dir")
    run.add_argument("--tools", default=",".join(DEFAULT), help="of %s [default: %%(default)s]" % ", ".join(TOOLS))
    run.add_argument("--runs", type=int, default=5, help="of each tool, alternating [default: 5]")
    run.add_argument("--warm-up", type=int, default=1, help="runs of each that do not count [default: 1]")
    run.add_argument("--tightlip", type=pathlib.Path, default=TREE / "target/release/tightlip", help="our binary")
    run.add_argument("--min-confidence", default="medium", help="of ours [default: medium]")
    run.add_argument("--findings", type=pathlib.Path, metavar="FOLDER",
                     help="write each tool's findings there as JSON lines (secrets in full), and print the differences")
    return parser.parse_args()


def work_folder(asked):
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    work = (asked or pathlib.Path(cache) / "tightlip-peers").resolve()
    if work == TREE or TREE in work.parents:
        raise SystemExit(f"`{work}` is inside the source tree: choose another folder with --work")
    (work / "home").mkdir(parents=True, exist_ok=True)
    return work


def install(work, names):
    environment = work / "environment"
    venv.create(environment, with_pip=True)
    packages = sorted({TOOLS[name].package for name in checked(names)} - {""})
    subprocess.run([environment / "bin/python", "-m", "pip", "install", "--quiet", "--upgrade", *packages], check=True)


def checked(names):
    for name in names:
        if name not in TOOLS:
            raise SystemExit(f"`{name}` is no known tool: use some of {', '.join(TOOLS)}")
    return names


def binary(tool, work, ours):
    path = {OURS: ours, "git-diff": shutil.which("git")}.get(tool.name) or tool.locate(work / "environment")
    if not os.access(path, os.X_OK):
        raise SystemExit(f"`{path}` is not there: " + ("build it with `cargo build --release`" if tool.name == OURS
                                                       else f"run `setup {tool.name}` first"))
    return str(pathlib.Path(path).resolve() if tool.name == OURS else path)


def clean_environment(work):
    """No settings of the user or of a surrounding git, and no way out: a proxy that does not answer."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "TMPDIR") if key in os.environ}
    nowhere = "http://127.0.0.1:9"
    proxies = {key: nowhere for key in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")}
    return {**kept, **proxies, "HOME": str(work / "home"), "GIT_OPTIONAL_LOCKS": "0"}


class Contender:
    """A tool with its command for this job, its runs and its findings."""

    def __init__(self, tool, path, options, target, scratch):
        self.tool, self.target = tool, target
        self.report, self.errors = (str(scratch / f"{tool.name}.{end}") for end in ("json", "stderr"))
        self.command = tool.command(path, options.mode, target, self.report)
        if self.command and tool.name == OURS:
            self.command += ["--min-confidence", options.min_confidence]
        self.runs, self.findings, self.faults = [], [], []

    def go(self, environment, folder, counts):
        stdout = self.report if self.tool.to_stdout else os.devnull
        if os.path.exists(self.report):
            os.remove(self.report)
        run = measure.run(self.command, environment, folder, stdout, self.errors)
        meaning = self.tool.codes.get(run.code, "error")
        if meaning == "error" or "incomplete" in meaning:
            self.fault(f"exit code {run.code} ({meaning})")
        if counts:
            self.runs.append(run)
        self.read(meaning)

    def read(self, meaning):
        try:
            text = pathlib.Path(self.report).read_text(encoding="utf-8")
            self.findings = self.tool.parse(text, self.target) if text.strip() else []
        except FileNotFoundError:
            self.findings = []
        except (ValueError, KeyError) as error:
            self.fault(f"report not understood: {error!r}")
        if self.tool.name != "git-diff" and (meaning, bool(self.findings)) in (("clean", True), ("findings", False)):
            self.fault(f"exit code says {meaning}, report has {len(self.findings)} findings")

    def fault(self, words):
        if words not in self.faults:
            self.faults.append(words)

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)


def ratio(value, ours):
    return f"{value / ours:.2f}" if ours else "-"


def table(contenders):
    ours = next((one for one in contenders if one.tool.name == OURS), None)
    base = {what: ours.median(what) if ours else 0 for what in ("wall", "cpu", "rss")}
    rows = ["| tool | wall s | min to max | × ours | CPU s | × ours | peak MB | × ours | findings | secrets | exit |",
            "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---|"]
    for one in contenders:
        wall, cpu, rss = (one.median(what) for what in ("wall", "cpu", "rss"))
        walls = [run.wall for run in one.runs]
        codes = ", ".join(str(code) for code in sorted({run.code for run in one.runs}))
        secrets = len({compare.normal(f.secret) for f in one.findings})
        rows.append(f"| {one.tool.name} | {wall:.3f} | {min(walls):.3f} to {max(walls):.3f} | {ratio(wall, base['wall'])} "
                    f"| {cpu:.3f} | {ratio(cpu, base['cpu'])} | {rss:.0f} | {ratio(rss, base['rss'])} "
                    f"| {len(one.findings)} | {secrets} | {codes} |")
    return "\n".join(rows)


def differences(contenders):
    ours = next((one for one in contenders if one.tool.name == OURS), None)
    if not ours:
        return
    ours_known = compare.Known(ours.findings)
    for one in contenders:
        if one is ours or one.tool.name == "git-diff":
            continue
        show(f"{one.tool.name} finds, {OURS} does not", compare.missing(one.findings, ours_known))
        show(f"{OURS} finds, {one.tool.name} does not", compare.missing(ours.findings, compare.Known(one.findings)))


def show(title, missing):
    print(f"\n### {title}: {len(missing)} secrets\n")
    for finding, places in sorted(missing, key=lambda entry: (entry[0].path, entry[0].line)):
        commit = f" at {finding.commit[:10]}" if finding.commit else ""
        print(f"- `{finding.path}`:{finding.line}{commit} {finding.rule} `{compare.shorten(finding.secret)}` ×{places}")


def write(folder, contenders):
    folder.mkdir(parents=True, exist_ok=True)
    for one in contenders:
        entries = sorted({json.dumps(asdict(finding), sort_keys=True) for finding in one.findings})
        path = folder / f"{one.tool.name}.jsonl"
        path.touch(mode=0o600)
        path.write_text("".join(entry + "\n" for entry in entries), encoding="utf-8")


def small_input(scratch):
    """One file without a secret: what is left of a run is the tool's own start."""
    folder = scratch / "small"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing to see here\n")
    return str(folder)


def compete(options, work):
    environment = clean_environment(work)
    with tempfile.TemporaryDirectory(prefix="tightlip-peers-") as name:
        scratch = pathlib.Path(name)
        target = small_input(scratch) if options.mode == "startup" else str(options.target.resolve(strict=True))
        contenders = [Contender(TOOLS[tool], binary(TOOLS[tool], work, options.tightlip), options, target, scratch)
                      for tool in checked(options.tools.split(","))]
        for one in contenders:
            if not one.command:
                print(f"{one.tool.name} has no mode `{options.mode}`: left out", file=sys.stderr)
        contenders = [one for one in contenders if one.command]
        folder = target if options.mode == "staged" else str(scratch)
        for turn in range(-options.warm_up, options.runs):
            for one in contenders:
                one.go(environment, folder, counts=turn >= 0)
        print(f"mode {options.mode}, {options.runs} runs each, alternating, after {options.warm_up} that do not count; "
              f"medians; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; a peak below "
              f"{measure.floor(environment, folder):.0f} MB cannot be seen\n")
        print(table(contenders))
        if options.findings:
            write(options.findings, contenders)
            differences(contenders)
        return faults(contenders)


def faults(contenders):
    bad = [(one, words) for one in contenders for words in one.faults]
    for one, words in bad:
        print(f"\n**{one.tool.name}**: {words}", end="")
        said = pathlib.Path(one.errors).read_text(errors="replace").strip().splitlines()[-3:]
        print("".join(f"\n    {line}" for line in said))
    return 1 if bad else 0


def main():
    options = arguments()
    work = work_folder(options.work)
    if options.verb == "setup":
        return install(work, options.tools) or 0
    if options.runs < 1:
        raise SystemExit("--runs must be at least 1")
    return compete(options, work)


if __name__ == "__main__":
    sys.exit(main())
