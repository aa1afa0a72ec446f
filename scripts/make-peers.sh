#!/usr/bin/env bash
# Makes the two Python peers that the live tests and the benches talk to: virtual environments with xdas 0.2.10 and
# xdas 0.2.7, every version pinned in test/interop/requirements-xdas-*.txt.
#
#   scripts/make-peers.sh            makes what is missing, and links .peers/xdas-0.2.10 and .peers/xdas-0.2.7 to it
#   scripts/make-peers.sh --env      the same, and prints the two variables to export
#
# DASFLOW_PEERS_DIR   where the environments are kept (default ~/.cache/dasflow/peers); one folder per version, Python and
#                     content of the requirements, so that a folder never needs an update: a change makes a new one
# PYTHON              the Python to start from (default python3.11 where there is one, python3 otherwise)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-$(command -v python3.11 || command -v python3 || true)}
[ -n "$python" ] || { echo "no python3 found: install Python 3.11 with its venv module, or name one in PYTHON" >&2; exit 1; }
found=$("$python" -c 'import platform; print(platform.python_version())')
case $found in
  3.11.*) ;;
  *) echo "the requirements are pinned for Python 3.11, but $python is $found: name a Python 3.11 in PYTHON" >&2; exit 1 ;;
esac

store=${DASFLOW_PEERS_DIR:-${HOME:?set HOME or DASFLOW_PEERS_DIR}/.cache/dasflow/peers}
mkdir -p "$store" .peers
# Two runs at once on one machine must not write into the same folder: the second waits for the first.
if command -v flock >/dev/null; then
  exec 9>"$store/.lock"
  flock 9
fi

for version in 0.2.10 0.2.7; do
  requirements=test/interop/requirements-xdas-$version.txt
  key=$( (echo "$found $(uname -sm)"; cat "$requirements") | sha256sum | cut -c1-12)
  folder=$store/xdas-$version-$key
  if [ -e "$folder/.complete" ] && "$folder/bin/python" -c 'import sys' 2>/dev/null; then
    echo "peer xdas $version: kept from before ($folder)" >&2
  else
    echo "peer xdas $version: making $folder" >&2
    rm -rf "$folder"
    "$python" -m venv "$folder"
    # The list is complete (pip freeze), so nothing is left to resolve; wheels only, so nothing is compiled.
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: -r "$requirements" >&2
    "$folder/bin/python" -m pip check >&2
    # The first import compiles byte code and fills numba's cache: once here, not inside a test's deadline.
    got=$("$folder/bin/python" -c 'import xdas, hdf5plugin, importlib.metadata as m; print(m.version("xdas"))')
    [ "$got" = "$version" ] || { echo "expected xdas $version in $folder, found $got" >&2; exit 1; }
    touch "$folder/.complete"
  fi
  ln -sfn "$folder" ".peers/xdas-$version"
done

if [ "${1:-}" = --env ]; then
  echo "export DASFLOW_PYTHON_0210=$PWD/.peers/xdas-0.2.10/bin/python"
  echo "export DASFLOW_PYTHON_027=$PWD/.peers/xdas-0.2.7/bin/python"
fi
