#!/usr/bin/env bash
# Packs the npm packages: pack.sh BINARY PLATFORM OUT, where PLATFORM is node's, such as linux-x64.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$1 platform=$2 out=$3

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$out" "$scratch/bin"
version=$(sed -n 's/.*"version": "\(.*\)",.*/\1/p' "$here/package.json")
file=tightlip
case $platform in win32-*) file=tightlip.exe ;; esac
install -m 755 "$binary" "$scratch/bin/$file"
cat >"$scratch/package.json" <<JSON
{
  "name": "@tightlip/$platform",
  "version": "$version",
  "description": "The tightlip binary for $platform",
  "license": "MIT OR Apache-2.0",
  "repository": "github:tightlip/tightlip",
  "os": ["${platform%-*}"],
  "cpu": ["${platform#*-}"],
  "files": ["bin"]
}
JSON
npm pack --silent --pack-destination "$out" "$scratch"
npm pack --silent --pack-destination "$out" "$here"
