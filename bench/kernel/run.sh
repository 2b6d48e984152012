#!/bin/bash
# run.sh [LEASES...]: kernel-backend on buckets that hold so many leases: how long it takes to be
# ready, what memory it takes, and what exchanges cost there. Builds nothing; everything is on the
# loopback, and in a folder that is removed.
#
#   BOOTBUS   folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#   PORT      a TCP port on 127.0.0.1                                    (18522)
#   HEAP      of kernel-backend                                          (1g)
#   STATE     folder for the bucket, on the disk to be measured          (a temporary one)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bootbus=${BOOTBUS:-$here/../../deploy/target/bootbus}
url=nats://127.0.0.1:${PORT:-18522}
heap=${HEAP:-1g}
[ $# -gt 0 ] || set -- 0 100000 300000 1000000
first=10.0.0.2
pool=$first-10.15.255.254 # 2^20 addresses less three
subnet=10.0.0.0/8
exchanges=20000
at_once=64
pids=()

fail() {
  echo "run.sh: $1" >&2
  exit 2
}

PATH=$PATH:/usr/sbin
command -v nats-server >/dev/null || fail "needs nats-server: apt-get install nats-server"
[ -x "$bootbus/bin/bootbus" ] ||
  fail "no $bootbus/bin/bootbus: run mvn package -DskipTests -pl deploy -am, or set BOOTBUS"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" --version | head -1 | grep -qE ' (2[5-9]|[3-9][0-9])' || fail "needs Java 25: set JAVA_HOME"

work=$(mktemp -d "${STATE:-${TMPDIR:-/tmp}}/bootbus-kernel.XXXXXX")
end_all() {
  kill "${pids[@]}" 2>/dev/null || true
  wait "${pids[@]}" 2>/dev/null || true
  pids=()
}
cleanup() {
  end_all
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- processes -------------------------------------------------------------------------------
now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

start_nats() {
  nats-server -a 127.0.0.1 -p "${url##*:}" -js -sd "$work/nats" >"$work/nats.log" 2>&1 &
  pids=($!)
  for _ in $(seq 400); do
    ! grep -qs 'Server is ready' "$work/nats.log" || return 0
    sleep 0.05
  done
  fail "nats-server did not start: $(tail -n 2 "$work/nats.log")"
}

start_backend() { # sets ready: milliseconds
  : >"$work/backend.log"
  local since
  since=$(now)
  BOOTBUS_JAVA_OPTS="-Xmx$heap ${BOOTBUS_JAVA_OPTS:-}" BOOTBUS_LOG_LEVEL=INFO BOOTBUS_EVENTS=off \
    "$bootbus/bin/bootbus" kernel-backend --nats "$url" --pool "$pool" --subnet "$subnet" --lease-time 86400 \
    --unknown lease >"$work/backend.log" 2>&1 &
  backend=$!
  pids+=("$backend")
  until grep -qa ' ready ' "$work/backend.log"; do
    [ -d "/proc/$backend" ] || fail "kernel-backend ended: $(tail -n 3 "$work/backend.log")"
    [ $(($(now) - since)) -lt 300000 ] || fail "not ready in 300 s: $(tail -n 3 "$work/backend.log")"
    sleep 0.02
  done
  ready=$(($(now) - since))
}

stop_backend() {
  kill "$backend"
  wait "$backend" 2>/dev/null || true
}

mib() { awk '/VmRSS/ {printf "%d", $2 / 1024}' "/proc/$1/status"; }
run() { # CLASS ARGS...
  BOOTBUS_LOG_LEVEL=WARN "$java" -Xmx512m -XX:+UseSerialGC -Dlogback.configurationFile="$bootbus/etc/logback.xml" \
    --enable-native-access=ALL-UNNAMED -cp "$bootbus/lib/*" "$here/$1.java" "${@:2}"
}

# ---- measurement -----------------------------------------------------------------------------
rows=()
for leases; do
  rm -rf "$work/nats"
  start_nats
  start_backend # makes the bucket
  empty=$ready
  stop_backend
  filled=-
  [ "$leases" = 0 ] || filled=$(run Fill "$url" bootbus-leases "$first" "$leases")
  start_backend
  grep -q " leases=$leases " "$work/backend.log" || fail "not all leases were read: $(grep ' ready ' "$work/backend.log")"
  each=$(awk -v ready="$ready" -v empty="$empty" -v n="$leases" 'BEGIN {if (n) printf "%.2f", (ready - empty) / n * 100; else print "-"}')
  idle=$(mib "$backend")
  echo "$leases leases: filled $filled/s, ready in $ready ms ($empty ms when empty), $each s per 100,000, RSS $idle MiB" >&2
  boots=$(run Exchanges "$url" "$first" "$leases" new "$exchanges" "$at_once")
  echo "$leases leases: new: $boots" >&2
  renewals="- - - -"
  [ "$leases" = 0 ] || renewals=$(run Exchanges "$url" "$first" "$leases" renew "$exchanges" "$at_once")
  echo "$leases leases: renew: $renewals" >&2
  read -r rate p50 p99 failed <<<"$boots"
  read -r renew_rate renew_p50 renew_p99 renew_failed <<<"$renewals"
  rows+=("| $leases | $((ready / 1000)).$(printf %03d $((ready % 1000))) | $each | $idle | $(mib "$backend") | $(mib "${pids[0]}") | $rate | $p50 | $p99 | $failed | $renew_rate | $renew_p50 | $renew_p99 | $renew_failed |")
  end_all
done

# ---- report ----------------------------------------------------------------------------------
echo
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r)," \
  "$("$java" --version | sed -n 2p | sed 's/.*build //; s/)$//'), $(nats-server --version), heap $heap," \
  "$exchanges exchanges, $at_once at once, load at the end $(cut -d' ' -f1 /proc/loadavg)"
echo
echo "| leases | ready, s | s per 100,000 | RSS then, MiB | RSS at the end | nats-server | new/s | p50 µs | p99 µs | failed | renewals/s | p50 µs | p99 µs | failed |"
echo "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
printf '%s\n' "${rows[@]}"
