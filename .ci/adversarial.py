"""Compares a run of the adversarial suite with the list of expected failures.

Usage: adversarial.py RESULTS.jsonl EXPECTED.txt

Fails on a case that fails and is not listed, and on a listed case that passes: the list may only
shrink, so a case that was mended must leave it in the same change.
"""

import json
import sys


def main() -> int:
    results_file, expected_file = sys.argv[1:3]
    with open(results_file, encoding="utf-8") as lines:
        results = [json.loads(line) for line in lines]
    with open(expected_file, encoding="utf-8") as lines:
        expected = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}

    by_verdict = {}
    for result in results:
        by_verdict.setdefault(result["verdict"], []).append(result)
    failed = {result["case"]: result for result in by_verdict.get("fail", [])}
    passed = {result["case"] for result in by_verdict.get("pass", [])}
    broken = by_verdict.get("broken", [])

    for name in sorted(set(failed) - expected):
        print(f"failed: {name}: {'; '.join(failed[name]['details'])}")
    for name in sorted(expected & passed):
        print(f"passes now, take it off the list: {name}")
    for result in broken:
        print(f"broken: {result['case']}: {'; '.join(result['details'])}")
    counts = ", ".join(f"{len(all_)} {verdict}" for verdict, all_ in sorted(by_verdict.items()))
    print(f"adversarial: {counts}; {len(expected)} expected to fail")
    if not results:
        print("no case ran")
    wrong = set(failed) - expected or expected & passed or broken or not results
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
