#!/usr/bin/env bash
# Builds the released binary: the same sources and the same compiler give the same bytes, wherever the
# sources, the registry and the compiler lie, and none of these places is told in it.
# Usage, at the root of the repository: packaging/build.sh [OPTION OF CARGO BUILD…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

commit=$(rustc --version --verbose | sed -n 's/^commit-hash: //p')
places=(
  "$PWD=."
  "${CARGO_HOME:-$HOME/.cargo}/registry/src=/registry"
  "$(rustc --print sysroot)/lib/rustlib/src/rust=/rustc/$commit"
)
flags=("${places[@]/#/--remap-path-prefix=}")
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && printf '%s' "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS
exec cargo build --release --locked "$@"
