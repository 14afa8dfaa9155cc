# A Docker daemon of its own for docker/check.sh: nothing of it is left when it ends. Sourced; wants $work.
#
# It runs in namespaces of its own. Its bridge, packet filter rules and ports are in a network that nobody else sees, its
# mounts and processes go with it, and it goes with the script, whatever happens; a daemon that already runs here is neither used nor disturbed.

daemon=""

start_daemon() {
  export DOCKER_HOST="unix://$work/docker.sock"
  # Layers in memory where the disk is itself made of layers, as in a container. The driver without layers, vfs, is no way out:
  # it copies the SDK for each step of each Dockerfile, which took more than five minutes.
  try_daemon disk || { memory_is_free && try_daemon memory; }
}

memory_is_free() { awk '$1 == "MemAvailable:" { exit $2 < 6 * 2 ^ 20 }' /proc/meminfo; } # 6 GiB: twice what the images take

try_daemon() { # where its layers are: disk or memory
  local storage
  rm -rf "$work/daemon"
  mkdir -p "$work/daemon"
  setpriv --pdeathsig KILL -- unshare --net --mount --pid --fork --kill-child --mount-proc -- sh -c '
    ip link set lo up 2>/dev/null || busybox ip link set lo up || exit 1
    folder=$1 where=$2
    shift 2
    [ "$where" = disk ] || mount -t tmpfs tmpfs "$folder" || exit 1
    iptables -t nat -S >/dev/null 2>&1 || set -- "$@" --iptables=false
    exec dockerd "$@"' dockerd "$work/daemon" "$1" --host "$DOCKER_HOST" --storage-driver overlay2 \
    --data-root "$work/daemon/data" --exec-root "$work/daemon/run" --pidfile "$work/daemon/pid" >"$work/daemon.log" 2>&1 &
  daemon=$!
  for _ in $(seq 300); do
    if storage=$(docker info --format '{{.Driver}}, version {{.ServerVersion}}' 2>/dev/null); then
      echo "note: $storage, layers: $1"
      return 0
    fi
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  stop_daemon
  return 1
}

stop_daemon() {
  local dockerd before=$SECONDS
  [ -n "$daemon" ] || return 0
  # The child of unshare; the first process of its namespace, so that its end is the end of all others in it.
  dockerd=$(cat "/proc/$daemon/task/$daemon/children" 2>/dev/null)
  [ -n "$dockerd" ] && kill -TERM $dockerd 2>/dev/null
  while kill -0 "$daemon" 2>/dev/null && [ $((SECONDS - before)) -lt 20 ]; do sleep 0.1; done
  kill -KILL "$daemon" 2>/dev/null
  wait "$daemon" 2>/dev/null
  daemon=""
  # With cgroups of version 1 its empty groups stay; one of another daemon that has containers is not empty.
  find /sys/fs/cgroup -depth -maxdepth 2 -type d -name docker -exec rmdir {} + 2>/dev/null
  return 0
}
