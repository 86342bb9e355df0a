#!/usr/bin/env bash
# Ends the action as `fail-on` says: with tightlip's own exit code, or well.
set -u
# A scan that never said how it ended has not been one.
code=${TIGHTLIP_CODE:-2}
case ${TIGHTLIP_FAIL_ON:-findings} in
  findings) exit "$code" ;;
  critical | high | medium | low | info)
    # A grade whose number is not known counts as found.
    bad=0
    for grade in critical high medium low info; do
      case " ${TIGHTLIP_SEVERITIES:-} " in *" $grade:0 "*) ;; *) bad=1 ;; esac
      [ "$grade" != "$TIGHTLIP_FAIL_ON" ] || break
    done
    exit $((code & (2 | bad)))
    ;;
  incomplete) exit $((code & 2)) ;;
  never) exit 0 ;;
  *)
    echo "unknown fail-on: use findings, a severity, incomplete or never" >&2
    exit 2
    ;;
esac
