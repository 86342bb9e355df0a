#!/usr/bin/env python3
"""Counts the instructions of the released binary over a made-up corpus and compares them with the
recorded counts: unlike time they are nearly the same on a busy machine. Then gives it inputs of one
kind in two sizes: twice the input may cost little more than twice the instructions.

Usage: .ci/instructions.py [--record] [BINARY]; the default is target/release/tightlip. Fails when a
count is more than MARGIN above the recorded one, or when one grows faster than its input; `--record`
writes new counts. Needs valgrind, and says so and passes where it does not work. Counts depend on the
compiler and on the rules: record new ones together with a change that is meant to cost something, and
say why in the commit.
"""

import base64 as base64_codec
import json
import platform
import random
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / ".ci" / "instructions.json"
# How much more a run may cost than recorded.
MARGIN = 0.15
# How much more twice the input may cost, beyond what a run costs that reads nothing.
DOUBLED = 2.25
# Seconds that one run may take under valgrind.
LONGEST = 300

NOUNS = """account buffer channel client column config count cursor decoder entry error event field
filter handle header index input length limit list message node number offset option output packet
parent parser path queue record request result row server size source state stream string table
target thread tree user value window writer""".split()
# Words that rules look at, and lines that hold something encoded: one line in so many.
HOT = ["token", "key_", "password", "github", "checkout"]
SELDOM = 30
LINES = """    // the {a} is read before the next {b}, so that no {a} is lost
    if ({a}_{b} == NULL || {b}->{a}_{b} < {n}) {{
        return read_{a}({b}, {a}_{b}, sizeof(*{b}));
static int write_{a}_{b}(struct {a}_{b} *{a}, const char *{b}, size_t {a});
    self.{a}_{b} = {b}.update_{a}({a}_{b}, {a}={n})
import {{ {a}_{b}, {b}Of{a} }} from './{a}/{b}_{a}';
""".splitlines()
SELDOM_LINES = """    "{a}": "https://example.org/{b}/{a}?{b}={n}&{a}=%2F{b}",
    printf("{a}\\t{b}\\n");
""".splitlines()


def source(dice, size):
    """About `size` bytes of program text."""
    lines, length = [], 0
    while length < size:
        is_hot = dice.randrange(SELDOM) == 0
        line = dice.choice(SELDOM_LINES if is_hot else LINES)
        noun = dice.choice(HOT if is_hot else NOUNS)
        line = line.format(a=noun, b=dice.choice(NOUNS), n=dice.randrange(4096))
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines) + "\n"


def base64(dice, size):
    """`size` random digits in lines of 76."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return "\n".join("".join(dice.choices(digits, k=76)) for _ in range(size // 77)) + "\n"


def near_misses(dice, size):
    """Beginnings of tokens, each one character short."""
    prefixes = ["ghp" + "_", "gl" + "pat-", "sk_" + "live_", "AK" + "IA", "xo" + "xb-", "npm" + "_"]
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    line = lambda: f"{dice.choice(prefixes)}{''.join(dice.choices(letters, k=9))} = {dice.choice(NOUNS)}"
    return "\n".join(line() for _ in range(size // 28)) + "\n"


def corpus(folder):
    """The folders and repositories that the runs read."""
    dice = random.Random(20)
    for name, count, make, size in [
        ("source", 64, source, 32 << 10),
        ("base64", 4, base64, 64 << 10),
        ("near-misses", 4, near_misses, 64 << 10),
    ]:
        (folder / name).mkdir()
        for number in range(count):
            (folder / name / f"file{number}.c").write_text(make(dice, size))
    (folder / "empty").mkdir()
    repository = folder / "staged"
    repository.mkdir()
    git = lambda *args: subprocess.run(["git", "-C", repository, *args], check=True, capture_output=True)
    git("init", "-q")
    (repository / "main.c").write_text(source(dice, 8 << 10))
    git("add", "main.c")


def runs(folder):
    """What is counted: a name and the arguments."""
    scan = lambda name: ["scan", "--jobs", "1", str(folder / name)]
    return {
        "version": ["--version"],
        "empty folder": [*scan("empty"), "--allow-empty"],
        "one staged file": ["staged", "--repo", str(folder / "staged")],
        "2 MiB of source": scan("source"),
        "256 KiB of base64": scan("base64"),
        "256 KiB of near misses": scan("near-misses"),
    }


def token(dice):
    """A made-up GitHub token with right check digits."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    body = "".join(dice.choices(digits, k=30))
    check, rest = "", zlib.crc32(body.encode())
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        check = digits[digit] + check
    return "ghp" + "_" + body + check


def nested(dice, size):
    """Text in base64, four times over."""
    text = "".join(f"{dice.choice(NOUNS)} = {dice.choice(NOUNS)}\n" for _ in range(size // 60))
    for _ in range(4):
        text = base64_codec.b64encode(text.encode()).decode()
    return text + "\n"


def word(dice, size):
    """Names one after the other, with neither a blank nor a bracket between them."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return ";".join("".join(dice.choices(letters, k=24)) for _ in range(size // 25))


def archive(path, dice, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as members:
        for number in range(size):
            members.writestr(f"member{number}", f"{dice.choice(NOUNS)} {number}\n")


def history(path, files):
    """A repository with one commit for each of `files`, a name and its text, in one pack."""
    path.mkdir()
    git = ["git", "-C", str(path)]
    subprocess.run([*git, "init", "-q", "--bare"], check=True)
    stream = []
    for number, (name, text) in enumerate(files):
        stream.append(f"commit refs/heads/main\ncommitter A <a@example.invalid> {number + 1} +0000\n")
        stream.append(f"data 1\nm\nM 644 inline {name}\ndata {len(text)}\n{text}\n")
    feed = "".join(stream).encode()
    subprocess.run([*git, "fast-import", "--quiet", "--force"], input=feed, check=True)
    subprocess.run([*git, "repack", "-adfq", "--depth=4000", "--window=20"], check=True)


def versions(dice, count):
    """A file that changes in a line at a time."""
    lines = source(dice, 8 << 10).splitlines()
    for number in range(count):
        lines[dice.randrange(len(lines))] = f"    {dice.choice(NOUNS)}({number});"
        yield "main.c", "\n".join(lines)


def growing(folder):
    """Inputs of one kind in two sizes: a name, the size, and the arguments for each of the two."""
    def inputs(name, size, make):
        targets = []
        for factor in (1, 2):
            path = folder / f"{name.replace(' ', '-')}-{factor}"
            make(path, random.Random(7), size * factor)
            targets.append(["history" if path.is_dir() else "scan", "--jobs", "1", str(path)])
        return name, targets

    text = lambda make: lambda path, dice, size: path.write_text(make(dice, size))
    tokens = lambda dice, size: "".join(f"t{n} = {token(dice)}\n" for n in range(size))
    files = lambda dice, size: [(f"f{n % 40}", f"{dice.choice(NOUNS)} {n}\n") for n in range(size)]
    return [
        inputs("one line", 128 << 10, text(lambda *how: source(*how).replace("\n", " "))),
        inputs("lines", 128 << 10, text(source)),
        inputs("one word", 128 << 10, text(word)),
        inputs("anchors", 32 << 10, text(near_misses)),
        inputs("nested encodings", 64 << 10, text(nested)),
        inputs("findings", 200, text(tokens)),
        inputs("archive members", 300, archive),
        inputs("versions", 200, lambda path, *how: history(path, versions(*how))),
        inputs("commits", 200, lambda path, *how: history(path, files(*how))),
    ]


def grows(binary, folder, nothing):
    """The kinds of input of which twice as much costs too much more than once."""
    steep = []
    for name, targets in growing(folder):
        once, twice = (count(binary, args) - nothing for args in targets)
        print(f"{name:>24}: {once:>12,} instructions, for twice as much {twice / once:.2f} times that")
        if twice > once * DOUBLED:
            steep.append(name)
    return steep


def count(binary, args):
    """The instructions of one run; None where valgrind does not work."""
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    try:
        run = subprocess.run([*command, binary, *args], capture_output=True, text=True, timeout=LONGEST)
    except FileNotFoundError:
        return None
    found = re.search(r"I\s+refs:\s+([\d,]+)", run.stderr)
    if found and run.returncode > 1:
        sys.exit(f"`{' '.join(args)}` ended with {run.returncode}:\n{run.stderr}")
    return int(found.group(1).replace(",", "")) if found else None


def main(args):
    record = "--record" in args
    steep = []
    names = [arg for arg in args if arg != "--record"]
    binary = Path(names[0] if names else ROOT / "target" / "release" / "tightlip").resolve()
    if platform.machine() != "x86_64":
        print(f"instructions: recorded for x86_64, not for {platform.machine()}: left out")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder)
        counts = {name: count(binary, args) for name, args in runs(folder).items()}
        if None not in counts.values():
            steep = grows(binary, folder, counts["empty folder"])
    if None in counts.values():
        print("instructions: valgrind is missing or does not work here: left out")
        return 0
    if record:
        RECORD.write_text(json.dumps(counts, indent=2) + "\n")
    recorded = json.loads(RECORD.read_text())
    dear = []
    for name, now in counts.items():
        before = recorded[name]
        print(f"{name:>24}: {now:>12,} instructions, recorded {before:>12,}: {now / before - 1:+.1%}")
        if now > before * (1 + MARGIN):
            dear.append(name)
    if dear:
        print(f"more than {MARGIN:.0%} above what is recorded in {RECORD.name}: {', '.join(dear)}")
    if steep:
        print(f"more than {DOUBLED} times the work for twice the input: {', '.join(steep)}")
    return 1 if dear or steep else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
