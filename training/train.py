#!/usr/bin/env python3
"""Trains the model of assignments: `train.py --binary CANDIDATES --set DIR --made DIR --weights weights.rs`.

  --binary   the example `candidates` of tightlip-detect, which sees the features: training and scans
             share that code
  --set      a labelled set: DIR/data/<repository>/… and DIR/meta/*.csv with the columns Id, RepoName,
             FilePath, LineStart, LineEnd, GroundTruth (T, F or X), ValueStart, ValueEnd, Category
  --made     a folder made by passwords.py with `--part train`
  --field    folders of programs in the field; every candidate in them counts as no secret, with
             little weight: they keep the model from crying at what a labelled set leaves out
  --test     a folder made by passwords.py with `--part test`: scored, never learned from
  --weights  where the weights go; left out, only figures are printed

A logistic regression over what is seen of a candidate, for passwords, keys and weak names each: a
weight for all three and a smaller deviation for each, both held down by a quadratic penalty. Five folds,
a repository wholly in one; the figures and the grades of confidence come from candidates that were
scored by a model that never saw their repository. The same seed gives the same weights. Standard library
only.
"""

import argparse
import collections
import csv
import math
import pathlib
import random
import subprocess
import sys
import zlib

KINDS = ("Password", "Key", "Weak")
IDENTIFIERS = {"UUID", "AWS S3 Bucket", "Azure Access Token ID", "Firebase Domain", "Gravatar"}
FOLDS = 5


class Sample:
    __slots__ = ("kind", "features", "label", "group", "weight", "value", "place", "odds")

    def __init__(self, kind, features, label, group, weight, value, place):
        self.kind, self.features, self.label, self.group = kind, features, label, group
        self.weight, self.value, self.place, self.odds = weight, value, place, 0.0


def candidates(binary, folder):
    """(path, line, first column, last column, kind, value, features) and, once, the features' names."""
    text = subprocess.run([binary, str(folder)], stdout=subprocess.PIPE, check=True).stdout.decode("utf8", "replace")
    for row in text.split("\n"):
        if row and not row.startswith("#"):
            path, line, first, last, kind, _style, _odds, value, features = row.split("\t")
            yield path, int(line), int(first), int(last), kind, value, features.split(" ")


def feature_names(binary):
    text = subprocess.run([binary], stdout=subprocess.PIPE, check=True).stdout.decode()
    return text.split("\n", 1)[0][2:].split(" ")


def labels_of(folder):
    """Labels by (path, line)."""
    rows = collections.defaultdict(list)
    for meta in sorted((pathlib.Path(folder) / "meta").glob("*.csv")):
        with open(meta, encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                first, last = int(row["LineStart"]), int(row["LineEnd"])
                start, end = int(row["ValueStart"] or -1), int(row["ValueEnd"] or -1)
                for line in range(first, min(last, first + 5000) + 1):
                    span = (start if line == first and start >= 0 else 0, end if line == last and start >= 0 and end >= 0 else 1 << 30)
                    rows[row["FilePath"], line].append((span, row["GroundTruth"], row["Category"].split(":")))
    return rows


def labelled(binary, folder, identifiers):
    rows = labels_of(folder)
    for path, line, first, last, kind, value, features in candidates(binary, pathlib.Path(folder) / "data"):
        path = path[path.index("data/"):]
        near = [row for row in rows.get((path, line), ()) if row[0][0] < last + 1 and first < row[0][1]]
        true = [row for row in near if row[1] == "T"]
        if true and all(set(row[2]) <= identifiers for row in true):
            continue
        yield Sample(kind, features, bool(true), path.split("/")[1], 1.0, value, f"{path}:{line}:{first}:{last}")


def made(binary, folder):
    rows = {}
    for row in (pathlib.Path(folder) / "labels.tsv").read_text("utf8").split("\n"):
        if row:
            file, line, label, value = row.split("\t")
            rows[file, int(line)] = label
    seen = set()
    for path, line, _first, _last, kind, value, features in candidates(binary, folder):
        file = pathlib.Path(path).name
        if (file, line) in rows:
            seen.add((file, line))
            group = f"made{zlib.crc32(f'{file}{line}'.encode()) % 50}"
            yield Sample(kind, features, rows[file, line] == "secret", group, 1.0, value, f"{path}:{line}")
    wanted = sum(label == "secret" for label in rows.values())
    got = sum(rows[place] == "secret" for place in seen)
    print(f"# made: {got} of {wanted} passwords are candidates", file=sys.stderr)


def field(binary, folder):
    for path, line, _first, _last, kind, value, features in candidates(binary, folder):
        group = "field" + "/".join(path.split("/")[:7])
        yield Sample(kind, features, False, group, 1.0, value, f"{path}:{line}")


class Model:
    """Weights for all kinds together, and how each kind departs from them."""

    def __init__(self, names):
        self.index = {name: n for n, name in enumerate(names)}
        self.names = names
        self.weights = [0.0] * (4 * len(names))

    def slots(self, sample):
        size = len(self.names)
        at = size * (1 + KINDS.index(sample.kind))
        return [s for f in sample.features for s in (self.index[f], at + self.index[f])]

    def train(self, samples, seed, penalty=(0.6, 2.0), rounds=40):
        """Adagrad, one sample after the other in a fixed random order."""
        order = random.Random(seed)
        rows = [(self.slots(sample), sample.label, sample.weight) for sample in samples]
        total = sum(weight for _, _, weight in rows)
        squares = [1e-8] * len(self.weights)
        size, weights = len(self.names), self.weights
        for turn in range(rounds):
            order.shuffle(rows)
            rate = 0.3 / (1 + turn / 8)
            for slots, label, weight in rows:
                z = sum(weights[s] for s in slots)
                error = weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) - label)
                for s in slots:
                    held = penalty[0] if s < size else penalty[1]
                    slope = error + held * weights[s] * weight / total * 4
                    squares[s] += slope * slope
                    weights[s] -= rate * slope / math.sqrt(squares[s])
        return self

    def odds(self, sample):
        return sum(self.weights[s] for s in self.slots(sample))

    def table(self):
        size = len(self.names)
        clip = lambda value: max(-4000, min(4000, round(256 * value)))
        return [[clip(self.weights[n] + self.weights[size * (1 + k) + n]) for k in range(3)] for n in range(size)]


def fold_of(group):
    return zlib.crc32(group.encode()) % FOLDS


def balance(samples, made_share, field_share):
    """No repository counts for more than the root of what it holds says; the made ones for a share."""
    counts = collections.Counter((s.group, s.label) for s in samples)
    for s in samples:
        s.weight = min(1.0, 12 / counts[s.group, s.label]) ** 0.5
    for prefix, share in (("made", made_share), ("field", field_share)):
        real = sum(s.weight for s in samples if not s.group.startswith(("made", "field")))
        part = [s for s in samples if s.group.startswith(prefix)]
        scale = share * real / max(1e-9, sum(s.weight for s in part))
        for s in part:
            s.weight *= scale


def cross_validate(names, samples, seed):
    for fold in range(FOLDS):
        model = Model(names).train([s for s in samples if fold_of(s.group) != fold], seed)
        for s in samples:
            if fold_of(s.group) == fold:
                s.odds = model.odds(s)


def precision_at(samples, odds):
    hit = [s for s in samples if s.odds >= odds]
    return sum(s.label for s in hit) / max(1, len(hit)), sum(s.label for s in hit), len(hit)


def threshold(samples, below, wanted):
    """The least odds from which on, up to `below`, the share of true ones is as wanted."""
    best, hits = below, 0
    band = sorted((s for s in samples if s.odds < below), key=lambda s: -s.odds)
    for count, s in enumerate(band, 1):
        hits += s.label
        if hits / count >= wanted and count >= 20:
            best = s.odds
    return best


def report(title, samples, grades):
    print(f"{title}: {sum(s.label for s in samples)} secrets among {len(samples)} candidates")
    above = math.inf
    for name, odds in zip(("high", "medium", "low"), grades):
        band = [s for s in samples if odds <= s.odds < above]
        share, hits, count = precision_at(samples, odds)
        print(f"  {name:6} odds >= {odds:5.2f}: band {sum(s.label for s in band)}/{len(band)}; from here up precision {share:.3f}, found {hits}")
        above = odds


def write(path, names, model, grades):
    grades = [round(256 * grade) for grade in grades]
    rows = "".join(f"    [{a}, {b}, {c}], // {name}\n" for name, (a, b, c) in zip(names, model.table()))
    pathlib.Path(path).write_text(f"""//! What each feature is worth, made by `training/train.py`; one row a feature, in their order, one column
//! each for passwords, keys and weak names; in 256ths of a natural logarithm of odds.

/// From these odds on a finding is of high confidence.
pub(super) const HIGH: i32 = {grades[0]};
/// From these odds on a finding is of medium confidence.
pub(super) const MEDIUM: i32 = {grades[1]};
/// From these odds on a finding is of low confidence.
pub(super) const LOW: i32 = {grades[2]};

#[rustfmt::skip]
pub(super) static WEIGHTS: [[i16; 3]; {len(names)}] = [
{rows}];
""", "utf8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--made", required=True)
    parser.add_argument("--test")
    parser.add_argument("--field", nargs="*", default=[])
    parser.add_argument("--made-share", type=float, default=0.5)
    parser.add_argument("--field-share", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grades", help="HIGH,MEDIUM,LOW in place of those found")
    parser.add_argument("--weights")
    parser.add_argument("--dump", help="write the candidates and their odds, out of fold, to this file")
    args = parser.parse_args()
    names = feature_names(args.binary)
    real = list(labelled(args.binary, args.set, IDENTIFIERS))
    both = real + list(made(args.binary, args.made))
    for folder in args.field:
        both += field(args.binary, folder)
    balance(both, args.made_share, args.field_share)
    cross_validate(names, both, args.seed)
    high = threshold(real, math.inf, 0.95)
    medium = threshold(real, high, 0.80)
    low = threshold(real, medium, 0.50)
    grades = [float(g) for g in args.grades.split(",")] if args.grades else [high, medium, low]
    report("out of fold, labelled", real, grades)
    report("out of fold, made", [s for s in both if s.group.startswith("made")], grades)
    if args.field:
        report("out of fold, field", [s for s in both if s.group.startswith("field")], grades)
    for kind in KINDS:
        report(f"  {kind}", [s for s in real if s.kind == kind], grades)
    model = Model(names).train(both, args.seed)
    if args.test:
        test = list(made(args.binary, args.test))
        for s in test:
            s.odds = model.odds(s)
        report("test, made", test, grades)
    if args.dump:
        with open(args.dump, "w", encoding="utf8") as out:
            for s in both:
                out.write(f"{s.odds:.2f}\t{int(s.label)}\t{s.kind}\t{s.place}\t{s.value}\t{' '.join(s.features)}\n")
    if args.weights:
        write(args.weights, names, model, grades)


if __name__ == "__main__":
    main()
