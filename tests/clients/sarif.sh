#!/usr/bin/env bash
# A SARIF consumer that is not ours reads our report: `sarif` of sarif-tools.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
mkdir "$scratch/tree"
printf 'TOKEN=%s\n' "$(made_up_token)" >"$scratch/tree/prod.env"
printf 'a\nOTHER=%s\n' "$(made_up_token)" >"$scratch/tree/with space.env"

cd "$scratch/tree"
expect 1 "$here/target/release/tightlip" scan --format sarif --output "$scratch/report.sarif"
expect 0 sarif summary "$scratch/report.sarif"
grep -q 'error: 2' "$output" || { cat "$output"; fail "sarif summary does not count 2 errors"; }
expect 0 sarif csv --output "$scratch/report.csv" "$scratch/report.sarif"
grep -q 'prod.env' "$scratch/report.csv" || fail "sarif csv does not name the file"
grep -q ',2$\|,2,' "$scratch/report.csv" || { cat "$scratch/report.csv"; fail "sarif csv has no line 2"; }
expect 0 sarif ls "$scratch/report.sarif"
echo "ok: sarif-tools reads the report"
