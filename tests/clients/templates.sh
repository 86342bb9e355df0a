#!/usr/bin/env bash
# Runs the command of every template in packaging/ci with the environment that its service sets, over a
# scripted change with a secret: it must be found, and the reports that the template passes on be there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/clients/token.sh
. "$here/tests/clients/token.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
mkdir "$scratch/bin"
ln -s "${TIGHTLIP_BINARY:-$here/target/release/tightlip}" "$scratch/bin/tightlip"
export GIT_AUTHOR_NAME=Dev GIT_AUTHOR_EMAIL=dev@example.invalid
export GIT_COMMITTER_NAME=Dev GIT_COMMITTER_EMAIL=dev@example.invalid
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

git init -q -b main "$scratch/origin"
cd "$scratch/origin"
printf 'OLD=%s\n' "$(made_up_token)" >old.env
git add -A && git commit -q -m base
base=$(git rev-parse HEAD)
git checkout -q -b work
printf 'NEW=%s\n' "$(made_up_token)" >new.env
git add -A && git commit -q -m work

# try TEMPLATE REPORT NAME=VALUE…
try() {
  local template=$1 report=$2 command repo
  shift 2
  repo=$scratch/$template
  git clone -q --branch work "$scratch/origin" "$repo"
  cd "$repo"
  # The line that runs tightlip, without what stands around it.
  command=$(grep -o '\(mkdir -p [a-z-]* && \)\?[./a-z]*tightlip diff [^"'"'"']*' "$here/packaging/ci/$template" | head -n 1)
  command=${command//.tightlip\/bin\//}
  expect 1 env -i PATH="$scratch/bin:$PATH" "$@" sh -c "$command"
  grep -q 'new.env' "$output" || { cat "$output"; fail "$template does not tell the file"; }
  ! grep -q 'old.env' "$output" || { cat "$output"; fail "$template tells what was there before"; }
  [ -s "$report" ] || fail "$template writes no $report"
  echo "ok: $template"
}

try gitlab.yml gl-secret-detection-report.json GITLAB_CI=true CI_MERGE_REQUEST_DIFF_BASE_SHA="$base"
try azure-pipelines.yml tightlip.xml TF_BUILD=True SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main
try circleci.yml reports/tightlip.xml CIRCLECI=true TIGHTLIP_BASE=
try Jenkinsfile tightlip.xml JENKINS_URL=https://ci.example CHANGE_TARGET=main
try bitbucket-pipelines.yml test-results/tightlip.xml BITBUCKET_BUILD_NUMBER=7 BITBUCKET_PR_DESTINATION_COMMIT="$base"
try buildkite.yml tightlip.html BUILDKITE=true BUILDKITE_PULL_REQUEST_BASE_BRANCH=main
