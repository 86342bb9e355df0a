#!/usr/bin/env python3
"""Which kinds of credential each tool finds, and where: a made-up one of many kinds in six contexts.

Owns: choosing the kinds, planting the credentials, and the tables. Leaves to others: each tool's ways
(`tools.py`), starting them (`measure.py`), installing them (`peers.py setup`).

The credentials are drawn from the forms that our own rules have, with right check digits where a
provider has some; no file of this tree holds one. That favours us, so the second table looks only at
kinds that at least one peer finds. A finding of a rule that fits any key counts as found; `named`
counts the kinds that some rule of the tool ascribes to the provider, in one context at least.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile

import measure
from compare import normal
from peers import DEFAULT, OURS, TREE, binary, clean_environment, work_folder
from tools import TOOLS

CONTEXTS = {
    ".env": ("app.env", "APP_MODE=production\n{upper}={value}\nAPP_PORT=8080\n"),
    "YAML": ("settings.yaml", "service:\n  region: eu\n  {lower}: {value}\n  retries: 3\n"),
    "JSON": ("settings.json", '{{\n  "region": "eu",\n  "{lower}": "{value}",\n  "retries": 3\n}}\n'),
    "code": ("client.py", 'import os\n\n{upper} = "{value}"\nRETRIES = 3\n'),
    "curl": ("fetch.sh", '#!/bin/sh\nset -eu\ncurl -sS -H "{header}: {value}" "https://{host}.test/v1/items"\n'),
    "Markdown": ("README.md", "# Setting up\n\n- region: eu\n- {lower}: `{value}`\n\nThen start the service.\n"),
}
CURL_URL = '#!/bin/sh\nset -eu\ncurl -sS -X POST "{value}"\n'
# Proofs whose check digits can be set; what has to decode to something cannot be drawn at random.
SETTABLE = re.compile(r"crc|marvin|routable|fine-grained|crates|bech32|base58|trello|wandb|runpod|prefect|zuplo")
# A word that people name a setting by, rather than the start of one or a host.
NAME = r"[a-z][a-z0-9]*(?:_+[a-z0-9]+)*"
PLAIN = re.compile(r"[!#%&()*+,./0-9:;<=>?@A-Z\[\]^_a-z{|}~-]+")


def arguments():
    parser = argparse.ArgumentParser(description="kinds of credential found, by tool and context")
    parser.add_argument("--work", type=pathlib.Path, help="folder that `peers.py setup` filled")
    parser.add_argument("--tightlip", type=pathlib.Path, default=TREE / "target/release/tightlip", help="our binary")
    parser.add_argument("--tools", default=",".join(DEFAULT), help="[default: %(default)s]")
    parser.add_argument("--kinds", type=int, default=300, help="how many, chosen at random [default: 300]")
    parser.add_argument("--seed", type=int, default=1, help="of the choice [default: 1]")
    parser.add_argument("--missing", action="store_true", help="list what each tool does not find")
    return parser.parse_args()


def rules(ours):
    """All rules with an example for each context."""
    listed = subprocess.run([ours, "rules", "list", "--format", "json", f"--examples={len(CONTEXTS)}"],
                            capture_output=True, text=True, check=True)
    return json.loads(listed.stdout)


def plantable(rule):
    """Secrets that some scanner should report, in one line and without quoting."""
    found = rule["examples"]
    return (not rule["public"] and (not rule["proof"] or SETTABLE.search(rule["proof"])) and rule["confidence"] != "low" and len(found) == len(CONTEXTS)
            and all(PLAIN.fullmatch(one["match"]) and "eyJ" not in one["match"] for one in found))


def name(rule):
    """What a developer would call it: the words that the rule needs, else the provider and what it is."""
    if rule["form"] == "words":
        names = [w for form in (NAME, r"[a-z][a-z0-9_-]+") for w in rule["anchors"] if re.fullmatch(form, w)]
        word = next(iter(names), rule["anchors"][0])
        word += "key" if word.endswith(("_", "-")) and not rule["keys"] else ""
        keys = [key for key in rule["keys"] if key not in word]
        return word if not rule["keys"] or len(keys) < len(rule["keys"]) else f"{word}_{keys[0]}"
    near = rule["near"][0] if rule["near"] else rule["provider"]
    kind = {"webhook": "url", "password": "password", "database": "url"}.get(rule["kind"], "")
    kind = kind or next((word for word in ("token", "secret", "key") if word in rule["name"]), "key")
    return f"{near} {kind}"


def plant(folder, rule):
    """Writes a file a context; returns the secret of each."""
    words = re.sub(r"[^a-z0-9_]+", "_", name(rule).lower()).strip("_")
    host = re.sub(r"[^a-z0-9]+", "", rule["provider"].lower())
    secrets = {}
    for (context, (file, template)), example in zip(CONTEXTS.items(), rule["examples"]):
        value = example["match"]
        if context == "curl" and value.startswith(("http://", "https://")):
            template = CURL_URL
        text = template.format(upper=words.upper(), lower=words, header="X-" + words.replace("_", "-").title(),
                               host=host, value=value)
        path = folder / rule["id"] / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        secrets[context] = (f"{rule['id']}/{file}", normal(example["secret"]))
    return secrets


def scan(tool, path, target, scratch, environment):
    """What the tool finds: a path, a secret and a rule each."""
    report = str(scratch / f"{tool.name}.json")
    command = tool.command(path, "dir", str(target), report)
    if tool.name.startswith("kingfisher"):
        command.append("--no-dedup")
    run = measure.run(command, environment, str(scratch), report if tool.to_stdout else os.devnull, os.devnull)
    if tool.codes.get(run.code, "error") == "error":
        raise SystemExit(f"{tool.name} ended with {run.code}")
    return [(f.path, normal(f.secret), f.rule) for f in tool.parse(pathlib.Path(report).read_text(), str(target))]


NAMED = "named"


def letters(text):
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def judge(found, planted, providers):
    """The contexts of each kind in which the secret, or something that holds it or a good part of it, was found."""
    at = {}
    for path, secret, rule in found:
        at.setdefault(path, []).append((secret, rule))
    same = lambda one, other: one in other or other in one and 2 * len(other) >= len(one)
    results = {}
    for kind, places in planted.items():
        hits = {context: [rule for one, rule in at.get(path, []) if same(secret, one)]
                for context, (path, secret) in places.items()}
        results[kind] = {context for context, rules in hits.items() if rules}
        names = {letters(rule) for rules in hits.values() for rule in rules}
        # A rule is called after its provider, or after the first word of its name.
        calls = {letters(providers[kind]), letters(re.split(r"[ ./-]", providers[kind])[0])} - {""}
        if any(call in one for one in names for call in calls):
            results[kind].add(NAMED)
    return results


def table(title, kinds, results):
    rows = [f"\n### {title}: {len(kinds)} kinds\n", "| tool | " + " | ".join(CONTEXTS)
            + " | all six | in one at least | named |", "|---|" + "---:|" * (len(CONTEXTS) + 3)]
    share = lambda count: f"{count} ({100 * count / max(1, len(kinds)):.0f} %)"
    for tool, result in results.items():
        cells = [share(sum(context in result[kind] for kind in kinds)) for context in CONTEXTS]
        cells += [share(sum(set(CONTEXTS) <= result[kind] for kind in kinds)),
                  share(sum(bool(result[kind]) for kind in kinds)),
                  share(sum(NAMED in result[kind] for kind in kinds))]
        rows.append(f"| {tool} | " + " | ".join(cells) + " |")
    print("\n".join(rows))


def main():
    options = arguments()
    work = work_folder(options.work)
    tools = {tool: binary(TOOLS[tool], work, options.tightlip) for tool in options.tools.split(",")}
    every = rules(tools.get(OURS) or str(options.tightlip))
    chosen = [rule for rule in every if plantable(rule)]
    chosen = random.Random(options.seed).sample(chosen, min(options.kinds, len(chosen)))
    with tempfile.TemporaryDirectory(prefix="tightlip-matrix-") as folder:
        scratch = pathlib.Path(folder)
        target = scratch / "planted"
        target.mkdir()
        planted = {rule["id"]: plant(target, rule) for rule in chosen}
        providers = {rule["id"]: rule["provider"] for rule in chosen}
        results = {tool: judge(scan(TOOLS[tool], path, target, scratch, clean_environment(work)), planted, providers)
                   for tool, path in tools.items()}
    proofs = {rule["proof"] for rule in every} - {None}
    print(f"{len(every)} rules of {len({rule['provider'] for rule in every})} providers, {len(proofs)} proofs in use; "
          f"seed {options.seed}")
    report(chosen, results, options.missing)


def report(chosen, results, with_missing):
    kinds = [rule["id"] for rule in chosen]
    peers = [result for tool, result in results.items() if tool != OURS]
    table("Chosen at random", kinds, results)
    table("Known to at least one peer", [kind for kind in kinds if any(result[kind] for result in peers)], results)
    table("Recognised by their own form", [r["id"] for r in chosen if r["form"] == "pattern"], results)
    if with_missing:
        for tool, result in results.items():
            lost = [f"{kind} ({', '.join(c for c in CONTEXTS if c not in result[kind])})"
                    for kind in kinds if not set(CONTEXTS) <= result[kind]]
            print(f"\n{tool} misses {len(lost)}:\n" + "\n".join(f"- {one}" for one in lost))


if __name__ == "__main__":
    main()
