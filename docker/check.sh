#!/usr/bin/env bash
# The demo, tried: the images are built from these sources, compose starts everything, the server is killed in the middle of writes
# and has them all afterwards, and everything stops in time. Leaves nothing behind.
# usage: docker/check.sh                a Docker daemon of its own, on images that stand in for the published bases; needs root
#        docker/check.sh --published    the daemon that runs here (DOCKER_HOST), on the published bases; needs the network
# Ends with "the demo: N passed, N failed, N skipped"; what is missing skips all on a desk and fails under CI=true.
set -uo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
published=0
case "$*" in
  "") ;;
  --published) published=1 ;;
  *) sed -n 's/^# //; 4,5p' "$0"; exit 2 ;;
esac

work=$(mktemp -d) || exit 1
passed=0 failed=0
. docker/check/daemon.sh
. docker/check/bases.sh
. docker/check/demo.sh

# Images are built by the daemon alone: buildx is not everywhere.
export COMPOSE_PROJECT_NAME="pkv-check-$$" COMPOSE_DOCKER_CLI_BUILD=0 DOCKER_BUILDKIT=0
export DOCKER_CONFIG="$work/config" PMEM_SIZE=256m PKV_PORT=0 REDIS_PORT=0

finish() {
  # A second signal (timeout sends one to the script and one to its group) would end this half-way.
  trap '' INT TERM
  if [ $published = 1 ] || [ -n "$daemon" ]; then
    compose --profile ycsb down --volumes --timeout 10 >/dev/null 2>&1
    docker rm --force --volumes "$COMPOSE_PROJECT_NAME-alone" >/dev/null 2>&1
  fi
  stop_daemon
  rm -rf "$work"
}
trap finish EXIT
trap 'echo "interrupted"; exit 130' INT TERM

compose() {
  if command -v docker-compose >/dev/null; then docker-compose --ansi never "$@"; else docker compose --ansi never "$@"; fi
}

check() { # what must hold, command...; what the command prints is shown when it fails
  local what=$1 began=$SECONDS
  shift
  if "$@" >"$work/check.log" 2>&1; then
    passed=$((passed + 1))
    echo "ok: $what ($((SECONDS - began)) s)$(sed -n 's/^note: /; /p' "$work/check.log" | tr -d '\n')"
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
    tail -n 60 "$work/check.log" | sed 's/^/  /'
    return 1
  fi
}

missing() { # what a run needs and is not here
  local tool tools=(docker)
  command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 || echo "docker-compose"
  [ $published = 1 ] || tools+=(dockerd unshare setpriv dotnet redis-server redis-cli)
  for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || echo "$tool"; done
  [ $published = 1 ] || [ "$(id -u)" = 0 ] || echo "the rights of root"
  [ $published = 1 ] || command -v ip >/dev/null || command -v busybox >/dev/null || echo "ip"
}

conclude() {
  echo "the demo: $passed passed, $failed failed, ${1:-0} skipped"
  [ "$failed" = 0 ]
  exit
}

lacks=$(missing | paste -sd, | sed 's/,/, /g')
if [ -n "$lacks" ]; then
  [ "${CI:-}" = true ] || { echo "skipped: the demo cannot be tried without $lacks"; conclude 1; }
  check "what the check needs is here" test -z "$lacks" || { echo "  missing: $lacks"; conclude; }
fi
if [ $published = 0 ]; then
  check "a Docker daemon starts" start_daemon || { tail -n 40 "$work/daemon.log" | sed 's/^/  /'; conclude; }
  check "bases stand in" make_bases || conclude
fi
try_demo
conclude
