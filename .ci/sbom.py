"""Writes what the binary is made of as a CycloneDX document: `sbom.py FILE`.

Every crate that is compiled into it on this platform, from Cargo.lock by way of `cargo metadata`;
build scripts, their dependencies and those of tests are not in it.
"""

import json
import subprocess
import sys


def metadata() -> dict:
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = next(line.split(": ")[1] for line in version.splitlines() if line.startswith("host"))
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def linked(graph: dict) -> dict[str, list[str]]:
    """For each crate that is linked into the root package, those it needs for that."""
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    macros = {
        package["id"]
        for package in graph["packages"]
        if any("proc-macro" in target["kind"] for target in package["targets"])
    }
    needs, todo = {}, [graph["resolve"]["root"]]
    while todo:
        one = todo.pop()
        if one in needs:
            continue
        normal = [
            need["pkg"]
            for need in nodes[one]["deps"]
            if need["pkg"] not in macros and any(kind["kind"] is None for kind in need["dep_kinds"])
        ]
        needs[one] = sorted(normal)
        todo += normal
    return needs


def component(package: dict, kind: str) -> dict:
    reference = f"pkg:cargo/{package['name']}@{package['version']}"
    one = {
        "type": kind,
        "bom-ref": reference,
        "name": package["name"],
        "version": package["version"],
        "purl": reference,
    }
    if package.get("license"):
        one["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    return one


def main() -> int:
    graph = metadata()
    packages = {package["id"]: package for package in graph["packages"]}
    needs = linked(graph)
    root = graph["resolve"]["root"]
    name = {one: f"pkg:cargo/{packages[one]['name']}@{packages[one]['version']}" for one in needs}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component(packages[root], "application")},
        "components": sorted(
            (component(packages[one], "library") for one in needs if one != root),
            key=lambda one: one["bom-ref"],
        ),
        "dependencies": sorted(
            ({"ref": name[one], "dependsOn": sorted(name[need] for need in all_)} for one, all_ in needs.items()),
            key=lambda one: one["ref"],
        ),
    }
    with open(sys.argv[1], "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")
    print(f"ok: {len(needs) - 1} crates in {sys.argv[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
