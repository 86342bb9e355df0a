#!/usr/bin/env bash
# The scan of action.yml: picks the mode, writes SARIF, annotations, the job summary and the outputs.
# It succeeds whatever is found: the report is uploaded before `judge.sh` ends with tightlip's own exit
# code. Everything is passed in the environment.
set -u

binary=${TIGHTLIP_BINARY:-}
[ -n "$binary" ] || binary="$RUNNER_TEMP/tightlip/bin/tightlip"
sarif=${TIGHTLIP_SARIF:-tightlip.sarif}
path=${TIGHTLIP_PATH:-.}
base=${TIGHTLIP_BASE:-}
[ -n "$base" ] || base=${TIGHTLIP_EVENT_BASE:-}
mode=${TIGHTLIP_MODE:-auto}

# It becomes a line of GITHUB_OUTPUT.
case $sarif in
  *[[:cntrl:]]*)
    echo 'sarif-file must not hold control characters' >&2
    exit 2
    ;;
esac

# Whether the clone holds a commit; without git tightlip itself finds out. Who owns the clone does not
# matter to a look at one object, which is not fetched either.
has_commit() {
  ! command -v git >/dev/null ||
    GIT_NO_LAZY_FETCH=1 git -c safe.directory='*' -C "$path" \
      rev-parse --quiet --verify --end-of-options "$1^{commit}" >/dev/null 2>&1
}

if [ "$mode" = auto ]; then
  # A first push has the all-zero base, a forced one a base that is gone: there is nothing to compare
  # with. A base that the user names must be there.
  case $base in
    '') mode=history ;;
    *[!0]*)
      mode=history
      if [ -n "${TIGHTLIP_BASE:-}" ] || has_commit "$base"; then mode=diff; fi
      ;;
    *) mode=history ;;
  esac
fi

scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/tightlip-action.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
summary=$scratch/summary.md
said=$scratch/stderr
# A report of an earlier step must not pass for this one's.
[ ! -f "$sarif" ] || rm -f -- "$sarif" || exit 2
lines=$scratch/lines.jsonl
args=(--format github --output "sarif=$sarif" --output "markdown=$summary" --output "jsonl=$lines")
[ -z "${TIGHTLIP_CONFIG:-}" ] || args+=(--config "$TIGHTLIP_CONFIG")
[ -z "${TIGHTLIP_BASELINE:-}" ] || args+=(--baseline "$TIGHTLIP_BASELINE")
[ -z "${TIGHTLIP_MIN_CONFIDENCE:-}" ] || args+=(--min-confidence "$TIGHTLIP_MIN_CONFIDENCE")
[ -z "${TIGHTLIP_MIN_SEVERITY:-}" ] || args+=(--min-severity "$TIGHTLIP_MIN_SEVERITY")

scan() {
  local head=()
  case $mode in
    diff)
      # A head that the clone lacks is an error: HEAD in its place would be scanned and found clean.
      [ -z "${TIGHTLIP_HEAD:-}" ] || head=(--head "$TIGHTLIP_HEAD")
      "$binary" diff "${args[@]}" ${head[@]+"${head[@]}"} --repo "$path" -- "$base"
      ;;
    scan) "$binary" scan "${args[@]}" -- "$path" ;;
    history) "$binary" history "${args[@]}" -- "$path" ;;
    *)
      echo "unknown mode: use auto, diff, scan or history" >&2
      return 2
      ;;
  esac
}
scan 2>"$said"
code=$?
cat "$said" >&2

# What went wrong, where there is no report to say it; nothing in it is taken for markup.
failure() {
  echo '### tightlip failed'
  echo
  grep -v '^[[:space:]]*$' "$said" | tail -n 1 | tr -d '\000-\037\177' |
    sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' \
      -e 's/[][\\`*_{}()#+.!|~@:-]/\\&/g'
  echo
}
if [ -s "$summary" ]; then
  cat "$summary"
elif [ "$code" -ne 0 ]; then
  failure
fi >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
[ -s "$sarif" ] || sarif=

# Quotes inside of a text are escaped, so no text of a finding can pass for one of these.
findings=$(tail -n 1 "$lines" 2>/dev/null | sed -n 's/.*"summary":{"findings":\([0-9]*\),.*/\1/p')
severities=$(tail -n 1 "$lines" 2>/dev/null |
  sed -n 's/.*"by_severity":{\([a-z0-9:,"]*\)}.*/\1/p' | tr -d '"' | tr ',' ' ')
new=$(grep -c '^{"type":"finding",.*"status":"new"' "$lines" 2>/dev/null)
{
  echo "exit-code=$code"
  echo "findings=${findings:-0}"
  echo "new=${new:-0}"
  echo "severities=$severities"
  echo "sarif=$sarif"
} >>"${GITHUB_OUTPUT:-/dev/null}"

# One comment, brought up to date; a token that may not write is no reason to fail.
if [ -n "${TIGHTLIP_COMMENT:-}" ] && [ -s "$summary" ]; then
  gh pr comment "$TIGHTLIP_COMMENT" --repo "$GITHUB_REPOSITORY" --edit-last --create-if-none \
    --body-file "$summary" >/dev/null 2>&1 ||
    echo '::warning title=tightlip::the comment could not be written: may the token write to pull requests?'
fi
exit 0
