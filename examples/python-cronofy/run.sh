#!/bin/sh
# Runs the example against a greenroom of its own. Skips, with a line that says why, where Python or PyPI is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=''
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
  echo "skipped: there is no $python"
  exit 0
fi
# Outside the tree, and gone afterwards.
if ! "$python" -m pip install --quiet --disable-pip-version-check --target "$work/packages" 'pycronofy>=2.0.7,<3' >"$work/pip" 2>&1; then
  echo "skipped: pycronofy could not be installed ($(tail -n 1 "$work/pip"))"
  exit 0
fi

node "$here/../../dist/bin/greenroom.js" --port 0 --clock frozen --json >"$work/ready" &
server=$!
tries=0
while [ ! -s "$work/ready" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ]; then
    echo 'greenroom did not start; run npm run build first' >&2
    exit 1
  fi
  sleep 0.1
done
PYTHONPATH="$work/packages" "$python" "$here/integration.py" <"$work/ready"
