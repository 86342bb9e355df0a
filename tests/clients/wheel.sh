#!/usr/bin/env bash
# Builds the wheel into $TIGHTLIP_WHEELS, installs it into a fresh environment and runs it there. Needs
# maturin on the PATH. TIGHTLIP_PROFILE is cargo's profile.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
wheels=${TIGHTLIP_WHEELS:-$scratch/wheels}
rm -f "$wheels"/tightlip-*.whl
(cd "$here/packaging/wheel" &&
  maturin build --quiet --profile "${TIGHTLIP_PROFILE:-release}" --out "$wheels")

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$wheels" tightlip
expect 0 "$scratch/venv/bin/tightlip" --version
grep -q "^tightlip $(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)$" "$output" ||
  fail "the wheel has another version"
mkdir "$scratch/tree"
printf 'TOKEN=%s\n' "$(made_up_token)" >"$scratch/tree/prod.env"
expect 1 "$scratch/venv/bin/tightlip" scan "$scratch/tree"
echo "ok: wheel"
