#!/usr/bin/env bash
# Takes the released binary for this platform, where there is one: a line of released.txt beside this
# script, which names its checksum and its address, so that what is run is what was released with this
# very version of the action. What does not fit the checksum is not run, and nothing is built instead.
set -euo pipefail

released=$TIGHTLIP_SOURCE/.github/released.txt
# Says which source a built binary belongs to.
echo "source=$(cd "$TIGHTLIP_SOURCE" && cat Cargo.lock Cargo.toml rules/*.yaml | sha256sum | cut -c 1-32)" >>"$GITHUB_OUTPUT"
platform=${RUNNER_OS:-}-${RUNNER_ARCH:-}
line=$(grep -E "^[0-9a-f]{64} $platform " "$released" 2>/dev/null | head -n 1) || true
if [ -z "$line" ]; then
  echo "there is no released tightlip for $platform: building it"
  exit 0
fi
read -r checksum _ address <<<"$line"
folder=$RUNNER_TEMP/tightlip-released
mkdir -p "$folder"
curl --silent --show-error --fail --location --retry 3 --proto "${TIGHTLIP_PROTOCOLS:-=https}" \
  --output "$folder/archive.tar.gz" "$address"
echo "$checksum  $folder/archive.tar.gz" | sha256sum --check --quiet --strict
tar -xzf "$folder/archive.tar.gz" -C "$folder" tightlip
echo "binary=$folder/tightlip" >>"$GITHUB_OUTPUT"
