# What docker/check.sh tries, in order; each step needs the ones before. Sourced; wants $work, check and compose.

readonly WRITES_BEFORE_END=5000 RECORDS=2000

try_demo() {
  check "docker-compose.yml is valid" compose config --quiet || return
  check "docker-compose.yml is valid with its profiles" compose --profile ycsb --profile ycsb-java config --quiet || return
  check "the images are built" compose --profile ycsb build || return
  check "the server's image runs as a user without rights" has_user 1654:1654
  check "the servers come up and are healthy" come_up || return
  check "Pkv runs on emulated persistent memory" info_has persistence pkv_medium:dram
  check "the YCSB runner compares them" compare_servers || return
  check "every acknowledged write survives SIGKILL of the server" survive_kill || return
  check "and docker stop in the middle of writes" survive_stop || return
  check "and a new container, with a slower medium asked for" survive_replacement || return
  check "everything stops by itself within its ten seconds" stop_in_time
  check "the image alone keeps its data in its volume" keep_volume
}

has_user() { # user
  local image
  image=$(compose config | sed -n 's/^ *image: \(pkv.*\)$/\1/p' | head -1)
  echo "note: $(($(docker image inspect --format '{{.Size}}' "$image") / 1000000)) MB"
  [ "$(docker image inspect --format '{{.Config.User}}' "$image")" = "$1" ]
}

# Small: whether it works, not how fast it is.
compare_servers() {
  YCSB_RECORDS=$RECORDS YCSB_OPERATIONS=5000 YCSB_THREADS=2 YCSB_ROUNDS=1 \
    compose --profile ycsb run --rm ycsb -p dataintegrity=true >"$work/table" || return 1
  cat "$work/table"
  # The last column is there only where both servers had a figure.
  [ "$(grep -c 'pkv is [0-9.]* times as fast' "$work/table")" = 2 ]
}

container() { compose ps --quiet "$1"; }

# A container's word about itself: true when it equals what is wanted.
is() { # container, template, wanted
  local found
  found=$(docker inspect --format "$2" "$1") || return 1
  [ "$found" = "$3" ] || { echo "$2 of $1 is $found, not $3"; return 1; }
}

await() { # seconds, command...
  local limit=$((SECONDS + $1))
  shift
  until "$@" >"$work/await.log" 2>&1; do
    [ $SECONDS -lt $limit ] || { cat "$work/await.log"; return 1; }
    sleep 0.2
  done
}

come_up() {
  compose up -d "$@" || return 1
  local service
  for service in pkv redis; do
    await 90 is "$(container $service)" '{{.State.Health.Status}}' healthy || { docker logs "$(container $service)"; return 1; }
  done
}

# redis-cli towards Pkv, commands from standard input: Redis's container has it, Pkv's has nothing.
redis_cli() { docker exec -i "$(container redis)" redis-cli -h pkv "$@"; }

info_has() { # section, line
  redis_cli INFO "$1" </dev/null | tr -d '\r' | tee "$work/info" | grep -x "$2" || { cat "$work/info"; return 1; }
}

survive_kill() {
  local server
  server=$(container pkv)
  write_during killed docker kill --signal KILL "$server" && is "$server" '{{.State.ExitCode}}' 137 || return 1
  come_up && holds_writes killed && holds_records
}

survive_stop() {
  local server
  server=$(container pkv)
  # The daemon kills what is not through after its ten seconds, and then says 137.
  write_during stopped docker stop "$server" && is "$server" '{{.State.ExitCode}}' 0 || return 1
  come_up && holds_writes killed && holds_writes stopped
}

# Writes one by one, a reply for each before the next is sent; in the middle of that comes the command.
write_during() { # name of the writes, command that ends the server...
  local name=$1 writer
  shift
  docker exec -i "$(container redis)" redis-cli -h pkv >"$work/replies.$name" 2>/dev/null \
    < <(awk -v name="$name" 'BEGIN { for (i = 1; ; i++) printf "SET %s:%d %0100d\n", name, i, i }' 2>/dev/null) &
  writer=$!
  await 60 acknowledged_at_least $WRITES_BEFORE_END "$name" && "$@"
  local result=$?
  # It would go on, with an error for each.
  kill "$writer" 2>/dev/null
  wait "$writer" 2>/dev/null
  return $result
}

acknowledged_writes() { awk '$0 != "OK" { exit } { n++ } END { print n + 0 }' "$work/replies.$1"; }

acknowledged_at_least() { [ "$(acknowledged_writes "$2")" -ge "$1" ]; }

holds_writes() { # name of the writes
  local count
  count=$(acknowledged_writes "$1")
  awk -v name="$1" -v n="$count" 'BEGIN { for (i = 1; i <= n; i++) printf "GET %s:%d\n", name, i }' | redis_cli >"$work/found" || return 1
  awk -v n="$count" 'BEGIN { for (i = 1; i <= n; i++) printf "%0100d\n", i }' | cmp - "$work/found" || return 1
  echo "note: $count writes"
}

# The comparison's records, each value checked.
holds_records() {
  docker run --rm --network "${COMPOSE_PROJECT_NAME}_default" pkv-ycsb run redis -P workloads/workloadc -p redis.host=pkv \
    -p recordcount=$RECORDS -p operationcount=$RECORDS -p requestdistribution=sequential -p dataintegrity=true
}

survive_replacement() {
  local before
  before=$(container pkv)
  PKV_DRAM_WRITE_LATENCY_NS=500 come_up || return 1
  [ "$(container pkv)" != "$before" ] || { echo "the container is the same"; return 1; }
  redis_cli CONFIG GET dram-write-latency-ns </dev/null | grep -qx 500 || { echo "the latency was not passed on"; return 1; }
  holds_writes killed && holds_writes stopped
}

stop_in_time() {
  local service id ids=() since
  for service in pmem pkv redis; do ids+=("$(compose ps --quiet $service)"); done
  since=$(date +%s)
  compose stop || return 1
  for id in "${ids[@]}"; do
    is "$id" '{{.State.ExitCode}}' 0 || { docker logs --tail 20 "$id"; return 1; }
  done
  echo "note: the server took $(milliseconds_to_stop "${ids[1]}" "$since") ms"
}

milliseconds_to_stop() { # container, since when: by the daemon's own events
  docker events --since "$2" --until "$(($(date +%s) + 1))" --filter "container=$1" --format '{{.TimeNano}} {{.Action}}' |
    awk '$2 == "kill" { asked = $1 } $2 == "die" { print int(($1 - asked) / 1000000) }'
}

# Without compose: the image's own defaults, a pool file in a volume; options behind the image's name.
keep_volume() {
  local name="$COMPOSE_PROJECT_NAME-alone"
  docker run --detach --name "$name" --network "${COMPOSE_PROJECT_NAME}_default" --network-alias alone pkv --appendfsync always || return 1
  ask_alone PONG PING && ask_alone OK SET greeting hello || { docker logs "$name"; return 1; }
  docker restart "$name" || return 1
  is "$name" '{{.State.ExitCode}}' 0 && ask_alone hello GET greeting || { docker logs "$name"; return 1; }
}

ask_alone() { # wanted answer, command...
  local wanted=$1
  shift
  await 30 answers "$wanted" "$@"
}

answers() { # wanted answer, command...
  local wanted=$1 answer
  shift
  answer=$(docker run --rm --network "${COMPOSE_PROJECT_NAME}_default" redis:7.0 redis-cli -h alone "$@" 2>&1)
  [ "$answer" = "$wanted" ] || { echo "$* answers $answer"; return 1; }
}
