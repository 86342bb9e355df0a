#!/usr/bin/env bash
# Packs the npm packages around the binary ($TIGHTLIP_BINARY or the release one), installs the tarballs
# without a registry and runs them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"
command -v npm >/dev/null || { echo "no npm here: left out"; exit 0; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
platform=$(node -p 'process.platform + "-" + process.arch')
"$here/packaging/npm/pack.sh" "${TIGHTLIP_BINARY:-$here/target/release/tightlip}" "$platform" "$scratch/packs" >/dev/null

mkdir "$scratch/project"
cd "$scratch/project"
echo '{"name":"project","version":"1.0.0","private":true}' >package.json
expect 0 npm install --offline --no-audit --no-fund --omit=optional \
  "$scratch"/packs/tightlip-"$platform"-*.tgz "$scratch"/packs/tightlip-[0-9]*.tgz
expect 0 npx --offline tightlip --version
printf 'TOKEN=%s\n' "$(made_up_token)" >prod.env
expect 1 npx --offline tightlip scan prod.env
expect 2 npx --offline tightlip scan no-such-file
rm -r node_modules/@tightlip
expect 2 npx --offline tightlip scan prod.env
grep -q 'no binary for' "$output" || fail "a missing binary is not told"
echo "ok: npm"
