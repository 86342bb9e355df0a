#!/usr/bin/env bash
# Headless Chromium opens the pages we write, uses them with mouse and keyboard, and sees no request
# leave. Needs `chromium`, `chromedriver` and the Python package selenium.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
exec "${PYTHON:-python3}" "$here/tests/clients/pages.py" "${1:-$here/target/release/tightlip}"
