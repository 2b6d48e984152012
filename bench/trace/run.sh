#!/bin/bash
# run.sh [PAIRS] [BUILD]: what tracing costs on the way of a packet: the DHCP stack (../dhcp-stack.sh) with
# tracing off and on in turns, PAIRS times (5), at 1,000 exchanges a second for 8 s, warm. BUILD is the
# bootbus folder of another build, such as one from before tracing, which takes part with tracing off.
# CPU time of each process, and the ratios pair by pair. Needs root, and what ../dhcp/run.sh needs, and python3.
#
#   BOOTBUS     folder made by `mvn package -DskipTests -pl deploy -am`      (deploy/target/bootbus)
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
pairs=${1:-5} other=${2:-} rate=1000 seconds=8
ours=${BOOTBUS:-$here/../../deploy/target/bootbus}
export IF_SRV=tsrv0 IP_SRV=10.66.0.1 POOL_FIRST=10.66.8.0 POOL_LAST=10.66.247.255
variants="off on${other:+ other}"
work=$(mktemp -d)
server= collector=

tree() { # PID: it and all below it
  local child
  [ -d "/proc/$1" ] || return 0
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do tree "$child"; done
}
stop() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  [ -z "$collector" ] || { kill "$collector" && wait "$collector"; } 2>/dev/null || true
  server= collector=
}
cleanup() {
  stop
  ip netns del tsrv 2>/dev/null || true
  ip netns del tcli 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
ip netns add tsrv
ip netns add tcli
ip link add tsrv0 netns tsrv type veth peer name tcli0 netns tcli
ip -n tsrv address add $IP_SRV/16 dev tsrv0
ip -n tcli address add 10.66.0.2/16 dev tcli0
for end in "tsrv tsrv0" "tcli tcli0"; do
  read -r namespace interface <<<"$end"
  ip netns exec "$namespace" ethtool -K "$interface" tx off >/dev/null
  ip -n "$namespace" link set lo up
  ip -n "$namespace" link set "$interface" up
done
gcc -std=gnu11 -O2 -o "$work/load" "$here/../dhcp/load.c"
load() { ip netns exec tcli "$work/load" tcli0 $POOL_FIRST $POOL_LAST "$work/owners" "$@"; }
perf() { # RATE COUNT PREFIX
  ip netns exec tcli perfdhcp -4 -l 10.66.0.2 -r "$1" -R "$2" -n "$2" -n "$2" -W 1000000 -b "mac=02:$3:00:00:00:00" $IP_SRV >"$work/perf" 2>&1 || true
}

start() { # VARIANT
  export STATE=$work/state BOOTBUS=$ours
  unset OTEL_EXPORTER_OTLP_ENDPOINT
  rm -rf "$STATE" "$work/owners"
  mkdir "$STATE"
  echo 0 >"$work/spans"
  case $1 in
    on)
      ip netns exec tsrv python3 "$here/collector.py" "$work/spans" &
      collector=$!
      export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318
      ;;
    other) export BOOTBUS=$other ;;
  esac
  ip netns exec tsrv "$here/../dhcp-stack.sh" >"$work/log" 2>&1 </dev/null &
  server=$!
  for i in $(seq 240); do
    ! load -n 1 -f "$i" -t 0.5 >"$work/line" || return 0
    [ -d "/proc/$server" ] || break
  done
  tail -n 5 "$work/log" >&2
  echo "run.sh: no answer" >&2
  exit 2
}
cpu() { # SERVICE: milliseconds since it began
  local pid
  for pid in $(tree "$server"); do
    ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "dev.bootbus.$1.Main" ||
      awk -v hz="$(getconf CLK_TCK)" '{sub(/.*\) /, ""); printf "%.0f", ($12 + $13) * 1000 / hz}' "/proc/$pid/stat"
  done
}
measure() { # VARIANT: a line "VARIANT FRONT BACK LOST SPANS", CPU in microseconds an exchange
  local front back spans count=$((rate * seconds))
  start "$1"
  load -n 15000 -f 1000 -w 64 -t 60 >"$work/line" || true
  load -n 15000 -f 1000 -w 64 -t 60 >"$work/line" || true
  perf $rate 5000 0d
  sleep 6 # what waits to be sent is sent
  front=$(cpu dhcp) back=$(cpu kernel) spans=$(cat "$work/spans")
  perf $rate $count 0c
  sleep 6
  front=$(($(cpu dhcp) - front)) back=$(($(cpu kernel) - back)) spans=$(($(cat "$work/spans") - spans))
  stop
  awk -v variant="$1" -v front=$front -v back=$back -v spans=$spans -v n=$count '/REQUEST-ACK/ && /Statistics/ {on = 1}
    on && /^received packets:/ {acks = $3; on = 0}
    END {if (acks) printf "%s %.0f %.0f %.2f %.2f\n", variant, front * 1000 / acks, back * 1000 / acks, 100 * (1 - acks / n), spans / acks}' "$work/perf"
}

for pair in $(seq "$pairs"); do
  for variant in $variants; do
    measure "$variant" | tee -a "$work/figures" | sed "s/^/pair $pair of $pairs: /" >&2
  done
done
median() { sort -n | awk '{v[NR] = $1} END {printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
echo "| median of $pairs | dhcp-server, CPU µs an exchange | to off, pair by pair | kernel-backend | to off | lost, % | spans an exchange |"
echo "|---|---|---|---|---|---|---|"
for variant in $variants; do
  printf '| %s |' "$variant"
  for column in 2 3; do
    printf ' %.0f |' "$(awk -v v="$variant" -v c=$column '$1 == v {print $c}' "$work/figures" | median)"
    printf ' %s |' "$(paste -d ' ' <(awk -v c=$column '$1 == "off" {print $c}' "$work/figures") \
      <(awk -v v="$variant" -v c=$column '$1 == v {print $c}' "$work/figures") | awk '{print $2 / $1}' | median)"
  done
  printf ' %s | %s |\n' "$(awk -v v="$variant" '$1 == v {print $4}' "$work/figures" | median)" \
    "$(awk -v v="$variant" '$1 == v {print $5}' "$work/figures" | median)"
done
