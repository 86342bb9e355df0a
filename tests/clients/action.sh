#!/usr/bin/env bash
# Runs the scan step of action.yml as a runner would, with the environment GitHub sets, over a scripted
# pull request; then again with hostile branch and file names.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
export GIT_AUTHOR_NAME=Dev GIT_AUTHOR_EMAIL=dev@example.invalid
export GIT_COMMITTER_NAME=Dev GIT_COMMITTER_EMAIL=dev@example.invalid
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

# The script of a step, read from action.yml so that the test sees what a user gets. No script holds an
# expression: it could be made to run commands.
step_script() {
  python3 - "$here/action.yml" "$1" <<'PY'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
steps = re.split(r"^    - ", text, flags=re.M)[1:]
runs = [run for step in steps for run in re.findall(r"^      run: (.*(?:\n        .*)*)$", step, re.M)]
assert len(runs) == 4 and not any("${{" in run for run in runs), runs
print(next(run for run in runs if sys.argv[2] in run))
PY
}

# What a step wrote as an output.
step_output() { sed -n "s/^$1=//p" "$scratch/outputs" | tail -n 1; }

# A runner's environment: run_action MODE BASE [NAME=VALUE…]
run_action() {
  local mode=$1 base=$2
  shift 2
  : >"$scratch/summary.md"
  : >"$scratch/outputs"
  env -C "$repo" GITHUB_ACTIONS=true CI=true RUNNER_TEMP="$scratch" \
    GITHUB_ACTION_PATH="$here" GITHUB_WORKSPACE="$repo" \
    GITHUB_STEP_SUMMARY="$scratch/summary.md" GITHUB_OUTPUT="$scratch/outputs" \
    TIGHTLIP_BINARY="${TIGHTLIP_BINARY:-$here/target/release/tightlip}" TIGHTLIP_PATH=. TIGHTLIP_MODE="$mode" \
    TIGHTLIP_EVENT_BASE="$base" TIGHTLIP_SARIF="$scratch/report.sarif" "$@" \
    bash --noprofile --norc -eo pipefail -c "$(step_script action.sh)" || return
  env GITHUB_ACTION_PATH="$here" TIGHTLIP_CODE="$(step_output exit-code)" \
    TIGHTLIP_SEVERITIES="$(step_output severities)" "$@" \
    bash --noprofile --norc -eo pipefail -c "$(step_script judge.sh)"
}

repo=$scratch/repo
git init -q -b main "$repo"
cd "$repo"
echo fine >README
git add -A && git commit -q -m base
base=$(git rev-parse HEAD)

git checkout -q -b clean
echo more >>README
git commit -q -am more
expect 0 run_action auto "$base"
grep -q '^exit-code=0$' "$scratch/outputs" || fail "the exit code is not an output"

git checkout -q -b leak main
token=$(made_up_token)
printf 'first\nTOKEN=%s\n' "$token" >prod.env
git add -A && git commit -q -m leak
expect 1 run_action auto "$base"
grep -q '^::error .*file=prod.env,.*line=2' "$output" || { cat "$output"; fail "no annotation"; }
grep -q 'prod&#46;env' "$scratch/summary.md" || fail "no job summary"
grep -q '^exit-code=1$' "$scratch/outputs" || fail "the exit code is not an output"
[ "$(step_output findings) $(step_output new)" = "1 1" ] || fail "the counts are no outputs"
python3 - "$scratch/report.sarif" <<'PY'
import json, sys
run = json.load(open(sys.argv[1], encoding="utf-8"))["runs"][0]
assert len(run["results"]) == 1, run["results"]
PY
! grep -q "$token" "$output" "$scratch/summary.md" "$scratch/report.sarif" || fail "a secret is shown"

git rm -q prod.env && git commit -q -m 'take it out again'
expect 1 run_action auto "$base"

# What fails the step is up to the user; the outputs tell what was found all the same.
expect 0 run_action auto "$base" TIGHTLIP_FAIL_ON=never
[ "$(step_output exit-code)" = 1 ] || fail "the exit code is lost"
expect 0 run_action auto "$base" TIGHTLIP_FAIL_ON=incomplete
expect 1 run_action auto "$base" TIGHTLIP_FAIL_ON=low
expect 1 run_action auto "$base" TIGHTLIP_FAIL_ON=critical TIGHTLIP_SEVERITIES=
expect 0 run_action auto "$base" TIGHTLIP_FAIL_ON=critical \
  TIGHTLIP_SEVERITIES='critical:0 high:1 medium:0 low:0 info:0'
expect 1 run_action auto "$base" TIGHTLIP_FAIL_ON=high \
  TIGHTLIP_SEVERITIES='critical:0 high:1 medium:0 low:0 info:0'
expect 2 run_action auto "$base" TIGHTLIP_FAIL_ON='$(touch pwned)'
[ ! -e pwned ] || fail "an input was run as a command"

# The first push of a branch, a forced push whose base is gone: everything is scanned.
gone=1234567890123456789012345678901234567890
expect 1 run_action auto 0000000000000000000000000000000000000000
expect 1 run_action auto "$gone"
grep -q '^sarif=.*report.sarif$' "$scratch/outputs" || fail "the report is no output"

# A base that the user asks for must be there. The failure is told, and no report of before is passed on.
expect 2 run_action auto "$base" TIGHTLIP_BASE="$gone"
grep -q 'tightlip failed' "$scratch/summary.md" || fail "the summary does not tell the failure"
grep -q "$gone" "$scratch/summary.md" || { cat "$scratch/summary.md"; fail "the summary does not say why"; }
grep -q '^sarif=$' "$scratch/outputs" || fail "a report that was not written is an output"
[ ! -e "$scratch/report.sarif" ] || fail "an old report is left"
expect 2 run_action diff "$base" TIGHTLIP_SARIF=$'x\nexit-code=0'
! grep -q '^exit-code=0' "$scratch/outputs" || fail "a file name became an output"

# On pull_request_target HEAD is the base: what counts is the head that the event names.
git checkout -q main
expect 2 run_action auto "$base"
expect 1 run_action auto "$base" TIGHTLIP_HEAD="$(git rev-parse leak)"
expect 2 run_action auto "$base" TIGHTLIP_HEAD="$gone"

# Names that try to be commands.
git checkout -q -b '$(touch${IFS}pwned)`touch${IFS}pwned`;x' main
hostile=$'$(touch pwned)`touch pwned`\n::error::pwned %0A.env'
printf 'TOKEN=%s\n' "$(made_up_token)" >"$hostile"
git add -A
GIT_AUTHOR_NAME='$(touch pwned)`touch pwned`::error::pwned' GIT_AUTHOR_EMAIL='$(touch pwned)' \
  GIT_COMMITTER_NAME='"; touch pwned; "' git commit -q -m $'message\n::error::pwned'
expect 1 run_action auto "$base" GITHUB_HEAD_REF='$(touch${IFS}pwned)'
! grep -q '^::error::pwned' "$output" || fail "a name became a workflow command"
grep -q '^::error .*line=1' "$output" || fail "no annotation for a hostile name"
[ ! -e pwned ] || fail "a name was run as a command"
for name in '$(touch pwned)' '--output=pwned'; do
  expect 1 run_action auto "$name"
  expect 2 run_action auto '' TIGHTLIP_BASE="$name"
  expect 2 run_action auto "$base" TIGHTLIP_HEAD="$name"
done
[ ! -e pwned ] || fail "a base was run as a command or taken for a flag"

# The released binary is taken where there is one, and run only if it is the one that was released.
source=$scratch/source
mkdir -p "$source/.github" "$source/rules" "$scratch/release"
cp "$here/.github/install.sh" "$source/.github/"
cp "$here/Cargo.toml" "$here/Cargo.lock" "$source/" && cp "$here"/rules/git*.yaml "$source/rules/"
printf '#!/bin/sh\necho released\n' >"$scratch/release/tightlip"
chmod +x "$scratch/release/tightlip"
tar -czf "$scratch/release.tar.gz" -C "$scratch/release" tightlip
checksum=$(sha256sum "$scratch/release.tar.gz" | cut -d ' ' -f 1)
install_released() {
  : >"$scratch/outputs"
  env RUNNER_OS="$1" RUNNER_ARCH=X64 RUNNER_TEMP="$scratch" TIGHTLIP_SOURCE="$source" \
    TIGHTLIP_PROTOCOLS==file GITHUB_OUTPUT="$scratch/outputs" bash "$source/.github/install.sh"
}
echo "$checksum Linux-X64 file://$scratch/release.tar.gz" >"$source/.github/released.txt"
expect 0 install_released Linux
[ "$("$(step_output binary)")" = released ] || fail "the released binary was not taken"
expect 0 install_released macOS
[ -z "$(step_output binary)" ] || fail "a binary of another platform was taken"
echo "${checksum//[0-9]/a} Linux-X64 file://$scratch/release.tar.gz" >"$source/.github/released.txt"
expect 1 install_released Linux
[ -z "$(step_output binary)" ] || fail "a binary with another checksum was taken"
echo "ok: action"
