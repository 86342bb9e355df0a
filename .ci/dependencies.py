"""Checks what the build is made of against deny.toml, without a network.

Reads the resolved graph from `cargo metadata`: each crate's licence must be one that deny.toml
allows, no crate may be one it bans, and every source must be a registry or this workspace. It is
what `cargo deny check licenses bans sources` checks; the advisory database needs a network.
"""

import json
import re
import subprocess
import sys
import tomllib


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be met with the allowed licences; OR of ANDs, no nesting."""
    expression = expression.replace("/", " OR ")
    choices = re.split(r"\s+OR\s+", expression.replace("(", "").replace(")", ""))
    for choice in choices:
        parts = re.split(r"\s+AND\s+", choice.strip())
        if all(re.split(r"\s+WITH\s+", part)[0] in allowed for part in parts):
            return True
    return False


def main() -> int:
    with open("deny.toml", "rb") as file:
        policy = tomllib.load(file)
    allowed = set(policy["licenses"]["allow"])
    exceptions = {
        entry["crate"]: set(entry["allow"]) for entry in policy["licenses"].get("exceptions", [])
    }
    banned = {entry["name"]: entry["reason"] for entry in policy["bans"]["deny"]}
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    graph = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    wrong = []
    for package in graph["packages"]:
        name = f"{package['name']} {package['version']}"
        source = package["source"] or "path"
        if package["name"] in banned:
            wrong.append(f"{name} is banned: {banned[package['name']]}")
        if not (source == "path" or source.startswith("registry+")):
            wrong.append(f"{name} comes from {source}")
        licences = allowed | exceptions.get(package["name"], set())
        if source != "path" and not is_allowed(package["license"] or "", licences):
            wrong.append(f"{name} has the licence {package['license']}")
    for line in wrong:
        print(line)
    print(f"dependencies: {len(graph['packages'])} crates checked, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
