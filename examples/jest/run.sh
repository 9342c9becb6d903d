#!/usr/bin/env bash
# Runs the example with the packed greenroom (that of GREENROOM_TARBALL, if there is one) and Jest from the registry, in a folder
# of its own. Run after the build.
set -euo pipefail
cd "$(dirname "$0")"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cp package.json bot.test.js "$folder"
tarball="${GREENROOM_TARBALL:-}"
if [ -z "$tarball" ]; then
  tarball="$folder/$(cd ../.. && npm pack --ignore-scripts --loglevel=error --pack-destination "$folder")"
fi
cd "$folder"
npm install --no-audit --no-fund --loglevel=error --prefer-offline --ignore-scripts --no-save jest@30 "$tarball"
npm test --silent
