#!/bin/sh
# Pins every requirements/*.in to a .txt with hashes. A later file keeps the versions of the earlier ones, so that the
# purposes can share one environment. No index or download address is written.
set -eu
compile() {
  name=$1; shift
  "${BIN:-.venv/bin}/uv" pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header "$@" "requirements/$name.in" -o "requirements/$name.txt"
}
compile playground
compile bot -c requirements/playground.txt
compile test -c requirements/playground.txt -c requirements/bot.txt
compile check -c requirements/test.txt
compile bench -c requirements/test.txt
