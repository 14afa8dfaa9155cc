#!/bin/sh
# Loads Pkv and Redis with the same records, runs workload A and 100 % updates against each in turn, and prints one table.
# usage: ycsb-compare.sh YCSB [-p NAME=VALUE]...    YCSB: a program with YCSB's command line and report; properties go to all runs
# Environment: YCSB_SERVERS (pkv=pkv:6379 redis=redis:6379), YCSB_RECORDS, YCSB_OPERATIONS, YCSB_THREADS, YCSB_ROUNDS.
# Exit code 1 when a run failed or answered anything but OK to an operation.
set -eu
[ $# -gt 0 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
ycsb=$1
shift

servers=${YCSB_SERVERS:-pkv=pkv:6379 redis=redis:6379}
records=${YCSB_RECORDS:-100000} operations=${YCSB_OPERATIONS:-200000} threads=${YCSB_THREADS:-8} rounds=${YCSB_ROUNDS:-3}
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
trap 'exit 130' INT TERM

drive() { # load or run, server (name=host:port), report, properties...
  phase=$1 address=${2#*=} report=$3
  shift 3
  echo "$phase: ${report##*/}" >&2
  "$ycsb" "$phase" redis -P workloads/workloada -p "redis.host=${address%:*}" -p "redis.port=${address##*:}" \
    -p "recordcount=$records" -p "operationcount=$operations" -threads "$threads" "$@" >"$report" ||
    { cat "$report" >&2; return 1; }
  # Failed operations are counted by their answer, in lines such as "[READ], Return=ERROR, 3".
  if grep 'Return=' "$report" | grep -v 'Return=OK'; then return 1; fi
}

for server in $servers; do
  drive load "$server" "$reports/load.${server%%=*}" "$@"
done
# In turns, so that what the machine does meanwhile meets all alike.
round=1
while [ "$round" -le "$rounds" ]; do
  for server in $servers; do
    drive run "$server" "$reports/A.${server%%=*}.$round" "$@"
    drive run "$server" "$reports/writes.${server%%=*}.$round" -p readproportion=0 -p updateproportion=1 "$@"
  done
  round=$((round + 1))
done

table() { # workload, title: medians of the rounds
  for server in $servers; do
    name=${server%%=*}
    echo "$2|$name|$(median "$1" "$name" OVERALL 'Throughput(ops/sec)')|$(median "$1" "$name" READ '99thPercentileLatency(us)')|$(median \
      "$1" "$name" UPDATE '99thPercentileLatency(us)')"
  done
}

median() { # workload, server, section, metric
  cat "$reports/$1.$2".* | awk -F', ' -v section="[$3]" -v metric="$4" '$1 == section && $2 == metric { print $3 }' |
    sort -n | awk '{ value[NR] = $1 } END { if (NR) printf "%.0f", value[int((NR + 1) / 2)]; else printf "-" }'
}

echo "$records records of 1 KB, $operations operations, $threads connections, median of $rounds rounds"
{
  table A 'A: half reads, half updates'
  table writes 'updates only'
} | awk -F'|' '
  BEGIN { printf "%-30s %-8s %12s %14s %16s\n", "workload", "server", "operations/s", "read p99 (us)", "update p99 (us)" }
  { printf "%-30s %-8s %12s %14s %16s", $1, $2, $3, $4, $5
    # The first server is what the others are compared with.
    if ($1 != workload) { workload = $1; first = $3; name = $2 } else if ($3 > 0) printf "   %s is %.2f times as fast", name, first / $3
    print "" }'
