#!/bin/bash
# rest.sh [NODES [SECONDS]]: REST of kernel-backend under wrk, with so many nodes in the registry:
# requests per second, median and p99, CPU of kernel-backend for each. Builds nothing; everything is
# on the loopback, and in a folder that is removed.
#
#   BOOTBUS   folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#   PORT      first of two TCP ports on 127.0.0.1                        (18530)
#   AT_ONCE   connections                                                (32; 2 for pages)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bootbus=${BOOTBUS:-$here/../../deploy/target/bootbus}
nodes=${1:-100000}
seconds=${2:-10}
port=${PORT:-18530}
api=$((port + 1))
url=nats://127.0.0.1:$port
pids=()

fail() {
  echo "rest.sh: $1" >&2
  exit 2
}

PATH=$PATH:/usr/sbin
for tool in nats-server wrk curl awk; do
  command -v "$tool" >/dev/null || fail "needs $tool"
done
[ -x "$bootbus/bin/bootbus" ] ||
  fail "no $bootbus/bin/bootbus: run mvn package -DskipTests -pl deploy -am, or set BOOTBUS"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

work=$(mktemp -d "${TMPDIR:-/tmp}/bootbus-rest.XXXXXX")
cleanup() {
  kill "${pids[@]}" 2>/dev/null || true
  wait "${pids[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

until_in_log() { # LOG TEXT SECONDS
  for _ in $(seq $(($3 * 20))); do
    ! grep -qas "$2" "$1" || return 0
    sleep 0.05
  done
  fail "no \"$2\": $(tail -n 3 "$1")"
}

nats-server -a 127.0.0.1 -p "$port" -js -sd "$work/nats" >"$work/nats.log" 2>&1 &
pids+=($!)
until_in_log "$work/nats.log" 'Server is ready' 20

cat >"$work/catalogue.yaml" <<YAML
kernels:
  - {name: bench, arch: any, kernel: bench/vmlinuz, initrd: [bench/initrd, bench/more],
     cmdline: 'console=ttyS0 hostname=\${hostname} disk=/dev/sda'}
YAML
start() {
  : >"$work/backend.log"
  BOOTBUS_LOG_LEVEL=INFO BOOTBUS_EVENTS=off "$bootbus/bin/bootbus" kernel-backend --nats "$url" \
    --catalogue "$work/catalogue.yaml" --boot-url http://127.0.0.1/ --api "$api" \
    >"$work/backend.log" 2>&1 &
  backend=$!
  pids+=("$backend")
  until_in_log "$work/backend.log" ' ready ' 120
}

start # makes the bucket
kill "$backend"
wait "$backend" || true
"$java" -cp "$bootbus/lib/*" "$here/NodesFill.java" "$url" bootbus-nodes "$nodes"
start
curl -sf "http://127.0.0.1:$api/api/v1/nodes/count" | grep -q "$nodes" || fail "the nodes are not there"

cpu() { awk '{print $14 + $15}' "/proc/$backend/stat"; } # of 10 ms
measure() { # KIND SECONDS
  local at_once=${AT_ONCE:-32}
  case $1 in page | search) at_once=2 ;; esac # one thread goes through all nodes
  wrk -t 1 -c "$at_once" -d "$2s" -s "$here/rest.lua" "http://127.0.0.1:$api" -- "$1" "$nodes" |
    tail -n 1
}

echo "| request | per second | median ms | p99 ms | CPU of kernel-backend µs | errors |"
echo "|---|---|---|---|---|---|"
for kind in node hostname kernel bootfile grub page search; do
  measure "$kind" 5 >/dev/null # warm
  before=$(cpu)
  read -r requests micros median p99 errors < <(measure "$kind" "$seconds")
  awk -v k="$kind" -v n="$requests" -v t="$micros" -v m="$median" -v p="$p99" -v e="$errors" \
    -v c=$(($(cpu) - before)) 'BEGIN {
      printf "| %s | %d | %.2f | %.2f | %.0f | %d |\n", k, n / t * 1e6, m / 1e3, p / 1e3, c * 1e4 / n, e }'
done
echo
echo "memory of kernel-backend: $(awk '/VmHWM/ {printf "%d MB at most", $2 / 1024}' "/proc/$backend/status")"
