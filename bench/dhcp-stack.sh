#!/bin/bash
# dhcp-stack.sh: nats-server with JetStream, kernel-backend and dhcp-server in the foreground, with an
# empty lease store, for any harness that measures DHCP servers. It takes no arguments. It ends when it
# gets SIGTERM, or when one of the three ends, and leaves no process and no file behind.
#
#   IF_SRV      interface to serve; the subnet is that of IP_SRV on it
#   IP_SRV      own address: server identifier, router, DNS and next server
#   POOL_FIRST  POOL_LAST    addresses to lease, both included
#   STATE       folder that exists; the leases are in a new folder below it
#   BOOTBUS     folder made by `mvn package -DskipTests -pl deploy -am`  (deploy/target/bootbus, built
#               when it is not there)
#
# What other DHCP servers do not do is off unless it is asked for. Leases are stored in files always.
#
#   BENCH_EVENTS=on        boot events of each packet, and the stream that keeps them
#   BENCH_NODES=on         each machine becomes a node: a second record beside its lease
#   BENCH_LOG=INFO         a log line for each packet                                         (WARN)
#   BENCH_BACKEND_OPTIONS  BENCH_FRONT_OPTIONS    further options, with spaces between them
#   BOOTBUS_JAVA_OPTS      further options for both JVMs
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bootbus=${BOOTBUS:-$here/../deploy/target/bootbus}
events=${BENCH_EVENTS:-off} nodes=${BENCH_NODES:-off} log=${BENCH_LOG:-WARN}
PATH=$PATH:/usr/sbin:/sbin

say() { echo "dhcp-stack.sh: $*" >&2; }
fail() {
  say "$1"
  exit 2
}
: "${IF_SRV:?}" "${IP_SRV:?}" "${POOL_FIRST:?}" "${POOL_LAST:?}" "${STATE:?}"
for needed in nats-server:nats-server ip:iproute2; do
  command -v "${needed%:*}" >/dev/null || fail "needs ${needed%:*}: apt-get install ${needed#*:}"
done
if [ ! -x "$bootbus/bin/bootbus" ]; then
  [ -z "${BOOTBUS:-}" ] || fail "no $bootbus/bin/bootbus"
  say "building $bootbus"
  (cd "$here/.." && mvn -q -B -ntp -DskipTests -pl deploy -am package >&2) || fail "the build failed"
fi
bootbus=$bootbus/bin/bootbus

ip link set lo up # in a network namespace it is down
prefix=$(ip -o -4 address show dev "$IF_SRV" | sed -n "s|.* inet $IP_SRV/\([0-9]*\) .*|\1|p")
[ -n "$prefix" ] || fail "$IF_SRV has no address $IP_SRV"
IFS=. read -r a b c d <<<"$IP_SRV"
mask=$((0xffffffff << (32 - prefix) & 0xffffffff))
net=$(((a << 24 | b << 16 | c << 8 | d) & mask))
subnet=$((net >> 24)).$((net >> 16 & 255)).$((net >> 8 & 255)).$((net & 255))/$prefix

work=$(mktemp -d "$STATE/bootbus.XXXXXX")
pids=()
cleanup() {
  trap '' TERM INT
  kill "${pids[@]:1}" 2>/dev/null || true # the services first, so that they do not tell of a lost bus
  for _ in $(seq 50); do
    [ -n "$(jobs -pr | grep -vx "${pids[0]:-}")" ] || break
    sleep 0.1
  done
  kill -9 "${pids[@]:1}" 2>/dev/null || true
  kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 0' TERM INT

# nats-server finds a free port by itself, and writes it into a file before or after it is ready
nats-server -a 127.0.0.1 -p -1 -js -sd "$work/nats" --ports_file_dir "$work" >"$work/nats.log" 2>&1 &
pids+=($!)
BOOTBUS_NATS_URL=
for _ in $(seq 400); do
  BOOTBUS_NATS_URL=$(sed -n 's|.*\(nats://127.0.0.1:[0-9]*\).*|\1|p' "$work"/*.ports 2>/dev/null || true)
  [ -z "$BOOTBUS_NATS_URL" ] || ! grep -qs 'Server is ready' "$work/nats.log" || break
  [ -d "/proc/${pids[0]}" ] || break
  sleep 0.05
done
[ -n "$BOOTBUS_NATS_URL" ] || fail "nats-server did not start: $(tail -n 2 "$work/nats.log")"
export BOOTBUS_NATS_URL BOOTBUS_EVENTS=$events BOOTBUS_LOG_LEVEL=$log

unknown=()
if [ "$nodes" = off ]; then
  if "$bootbus" kernel-backend --help | grep -q -- '--unknown='; then unknown=(--unknown lease); else nodes='on (cannot be switched off)'; fi
fi
say "durable leases on, events $events, nodes $nodes, log $log; subnet $subnet, $BOOTBUS_NATS_URL"
# shellcheck disable=SC2086  # the options are words on purpose
"$bootbus" kernel-backend --subnet "$subnet" --pool "$POOL_FIRST-$POOL_LAST" --gateway "$IP_SRV" --dns "$IP_SRV" --domain bench.test \
  "${unknown[@]}" ${BENCH_BACKEND_OPTIONS:-} &
pids+=($!)
# shellcheck disable=SC2086
"$bootbus" dhcp-server --interface "$IF_SRV" --address "$IP_SRV" ${BENCH_FRONT_OPTIONS:-} &
pids+=($!)
wait -n -p ended "${pids[@]}" || true
say "process $ended ended"
exit 1
