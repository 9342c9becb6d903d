#!/usr/bin/env bash
# Runs the example with the packed greenroom and Jest from the registry, in a folder of its own. Run after the build.
set -euo pipefail
cd "$(dirname "$0")"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cp package.json bot.test.js "$folder"
(cd ../.. && npm pack --ignore-scripts --loglevel=error --pack-destination "$folder" > /dev/null)
cd "$folder"
npm install --no-audit --no-fund --loglevel=error --prefer-offline --ignore-scripts --no-save jest@30 ./greenroom-*.tgz
npm test --silent
