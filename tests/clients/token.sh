# shellcheck shell=bash
# A made-up token that tightlip must find: the form of a GitHub token with its check digits, drawn
# anew each time, so that nothing that looks like a credential is ever committed.
made_up_token() {
  python3 - <<'PY'
import secrets, string, zlib
digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
body = "".join(secrets.choice(digits) for _ in range(30))
crc, check = zlib.crc32(body.encode()), ""
while crc:
    crc, digit = divmod(crc, 62)
    check = digits[digit] + check
print("gh" + "p_" + body + check.rjust(6, "0"))
PY
}

fail() {
  echo "failed: $*" >&2
  exit 1
}

# Runs a command and checks its exit code; its output goes to $output.
expect() {
  local wanted=$1 code=0
  shift
  "$@" >"$output" 2>&1 || code=$?
  if [ "$code" -ne "$wanted" ]; then
    cat "$output" >&2
    fail "exit code $code instead of $wanted: $*"
  fi
}
