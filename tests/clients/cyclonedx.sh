#!/usr/bin/env bash
# The standard's own Python library holds our inventory against the official schema of CycloneDX 1.6.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
git init -q "$scratch/repository"
cd "$scratch/repository"
printf 'TOKEN=%s\n' "$(made_up_token)" >prod.env
git add prod.env
git -c user.name=Ann -c user.email=ann@example.invalid -c commit.gpgsign=false commit -q -m start
expect 0 "$here/target/release/tightlip" inventory . --output "cyclonedx=$scratch/bom.json"
expect 0 python - "$scratch/bom.json" <<'PY'
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
text = open(sys.argv[1]).read()
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
assert error is None, error
material = json.loads(text)["components"][0]["cryptoProperties"]["relatedCryptoMaterialProperties"]
assert material["state"] == "compromised" and material["creationDate"], material
PY
echo "ok: the inventory is a valid CycloneDX 1.6 document"
