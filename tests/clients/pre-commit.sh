#!/usr/bin/env bash
# A real pre-commit runs our hooks in a scratch repository: pre-commit.sh [HOOK…]. Needs `pre-commit` on
# the PATH and the release binary. `tightlip` installs the wheel that lies in $TIGHTLIP_WHEELS; the hook
# `tightlip-rust` is built by pre-commit itself with `cargo install`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
export PATH="$here/target/release:$PATH"
export GIT_AUTHOR_NAME=Dev GIT_AUTHOR_EMAIL=dev@example.invalid
export GIT_COMMITTER_NAME=Dev GIT_COMMITTER_EMAIL=dev@example.invalid
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export PRE_COMMIT_HOME=$scratch/cache PRE_COMMIT_COLOR=never

# pre-commit clones the hooks' repository at a commit: what is committed is what is tested. A copy of
# the tree as it is now stands in for it, so that uncommitted work is tested as well.
hooks=$scratch/hooks
mkdir "$hooks"
(cd "$here" && git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
  tar --null -T - -cf - | tar -C "$hooks" -xf -)
git -C "$hooks" init -q -b main
git -C "$hooks" add -A
git -C "$hooks" commit -q -m hooks
revision=$(git -C "$hooks" rev-parse HEAD)

try_hook() {
  local id=$1 repo=$scratch/$1
  git init -q -b main "$repo"
  cd "$repo"
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: %s\n' "$hooks" "$revision" "$id" \
    >.pre-commit-config.yaml
  echo 'fine' >README
  git add -A
  expect 0 pre-commit install
  expect 0 git commit -q -m 'a clean commit passes'

  printf 'TOKEN=%s\n' "$(made_up_token)" >prod.env
  git add -A
  expect 1 git commit -q -m 'a planted token is refused'
  grep -q 'prod.env' "$output" || fail "$id does not name the file"

  git rm -q --cached prod.env
  echo 'more' >>README
  git add README
  expect 0 git commit -q -m 'what is not staged does not block'

  git add prod.env
  expect 0 git commit -q --no-verify -m 'slipped through'
  expect 1 pre-commit run --all-files
  grep -q 'prod.env' "$output" || fail "$id finds nothing with --all-files"
  expect 1 pre-commit run --from-ref HEAD~1 --to-ref HEAD
  expect 0 pre-commit run --files README
  echo "ok: $id"
}

# The wheel is taken from where it was built instead of from the index of packages.
export PIP_FIND_LINKS=${TIGHTLIP_WHEELS:-}
# That `cargo install` works is what counts here, not how fast its binary is: half the time, no optimization.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_PROFILE_RELEASE_OPT_LEVEL=0
[ $# -gt 0 ] || set -- tightlip-system tightlip tightlip-rust
for hook in "$@"; do
  try_hook "$hook"
done
