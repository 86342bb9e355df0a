#!/usr/bin/env bash
# The scan of action.yml: picks the mode, writes SARIF, annotations and the job summary, and ends
# with tightlip's own exit code. Everything is passed in the environment.
set -u

binary=${TIGHTLIP_BINARY:-}
[ -n "$binary" ] || binary="$RUNNER_TEMP/tightlip/bin/tightlip"
sarif=${TIGHTLIP_SARIF:-tightlip.sarif}
path=${TIGHTLIP_PATH:-.}
base=${TIGHTLIP_BASE:-}
[ -n "$base" ] || base=${TIGHTLIP_EVENT_BASE:-}
mode=${TIGHTLIP_MODE:-auto}

if [ "$mode" = auto ]; then
  # A first push has the all-zero base: there is nothing to compare with.
  case $base in
    '' | *[!0]*) if [ -n "$base" ]; then mode=diff; else mode=history; fi ;;
    *) mode=history ;;
  esac
fi

summary=$(mktemp "${RUNNER_TEMP:-/tmp}/tightlip-summary.XXXXXX") || exit 2
trap 'rm -f "$summary"' EXIT
args=(--format github --output "sarif=$sarif" --output "markdown=$summary")
[ -z "${TIGHTLIP_CONFIG:-}" ] || args+=(--config "$TIGHTLIP_CONFIG")
[ -z "${TIGHTLIP_BASELINE:-}" ] || args+=(--baseline "$TIGHTLIP_BASELINE")
[ -z "${TIGHTLIP_MIN_CONFIDENCE:-}" ] || args+=(--min-confidence "$TIGHTLIP_MIN_CONFIDENCE")

case $mode in
  diff) "$binary" diff "${args[@]}" --repo "$path" -- "$base" ;;
  scan) "$binary" scan "${args[@]}" -- "$path" ;;
  history) "$binary" history "${args[@]}" -- "$path" ;;
  *)
    echo "unknown mode: use auto, diff, scan or history" >&2
    exit 2
    ;;
esac
code=$?

[ ! -s "$summary" ] || cat "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
{
  echo "exit-code=$code"
  echo "sarif=$sarif"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
