#!/usr/bin/env bash
# Ends the action as `fail-on` says: with tightlip's own exit code, or well.
set -u
# A scan that never said how it ended has not been one.
code=${TIGHTLIP_CODE:-2}
case ${TIGHTLIP_FAIL_ON:-findings} in
  findings) exit "$code" ;;
  incomplete) exit $((code & 2)) ;;
  never) exit 0 ;;
  *)
    echo "unknown fail-on: use findings, incomplete or never" >&2
    exit 2
    ;;
esac
