#!/bin/bash
# run.sh [--quick] [--rounds N] [--servers "NAME…"] [--csv FILE]: Bootbus (../dhcp-stack.sh) beside Kea,
# dnsmasq and ISC dhcpd, in two network namespaces of its own, joined by a veth pair. Rounds alternate
# between the servers, each measurement begins with a new server without leases; the tables show medians.
# Needs root. Progress goes to stderr, the tables to stdout, every number to the CSV file.
#
#   --quick     one round with small numbers and without perfdhcp's ramp, 3 minutes: to see whether it runs
#   --rounds    how often each server is measured                                            (3)
#   --servers   some of: bootbus kea dnsmasq isc                                             (all)
#   --csv       where every number goes                                    (target/DATE.csv beside run.sh)
#   BOOTBUS     folder made by `mvn package -DskipTests -pl deploy -am`      (deploy/target/bootbus)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
rounds=3 servers="bootbus kea dnsmasq isc" quick= csv=$here/target/$(date +%Y%m%d-%H%M%S).csv

say() { echo "run.sh: $*" >&2; }
fail() {
  say "$1"
  exit 2
}
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 rounds=1 ;;
    --rounds) rounds=$2 && shift ;;
    --servers) servers=$2 && shift ;;
    --csv) csv=$2 && shift ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" && exit 2 ;;
  esac
  shift
done

missing=()
for needed in ip:iproute2 ethtool:ethtool gcc:gcc perfdhcp:kea-admin awk:gawk \
  nats-server:nats-server kea-dhcp4:kea-dhcp4-server dnsmasq:dnsmasq-base dhcpd:isc-dhcp-server; do
  command -v "${needed%:*}" >/dev/null || missing+=("${needed#*:}")
done
[ ${#missing[@]} = 0 ] || fail "something is missing: apt-get install --no-install-recommends ${missing[*]} libc6-dev"
[ "$(id -u)" = 0 ] || fail "needs root, for network namespaces"

# ---- sizes -----------------------------------------------------------------------------------
# A JVM compiles for some 40,000 exchanges: warm clients come twice before anything is counted.
declare -A first warm counted script
for name in $servers; do
  first[$name]=5000 warm[$name]=20000 counted[$name]=20000 script[$name]=$here/$name.sh
  case $name in
    bootbus) script[$name]=$here/../dhcp-stack.sh ;;
    kea) ;;
    # have nothing to warm up, and are slower with each lease
    dnsmasq | isc) first[$name]=1000 warm[$name]=0 counted[$name]=4000 ;;
    *) fail "no server is called $name" ;;
  esac
  [ -z "$quick" ] || first[$name]=1000 warm[$name]=$((warm[$name] / 4)) counted[$name]=$((counted[$name] / 4))
done
in_flight=64
storm=10000 storm_limit=120 run_limit=90
ramp_seconds=4 ramp_step=1.12 latency_seconds=8
[ -z "$quick" ] || storm=1000 storm_limit=20 run_limit=15 latency_seconds=4

# ---- the network -----------------------------------------------------------------------------
export IF_SRV=bsrv0 IP_SRV=10.66.0.1 POOL_FIRST=10.66.8.0 POOL_LAST=10.66.247.255
export SUBNET=10.66.0.0/16 NETWORK=10.66.0.0 NETMASK=255.255.0.0
ip_cli=10.66.0.2 pool=$((240 * 256))
for name in bsrv bcli; do
  [ ! -e "/run/netns/$name" ] || fail "namespace $name is there; is another run under way? If not: ip netns del $name"
done
work=$(mktemp -d)
server=
cleanup() {
  stop_server
  ip netns del bsrv 2>/dev/null || true
  ip netns del bcli 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

tree() { # PID: it and all below it
  local child
  [ -d "/proc/$1" ] || return 0
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do tree "$child"; done
}
stop_server() {
  [ -n "$server" ] || return 0
  local all i
  all=$(tree "$server")
  kill "$server" 2>/dev/null || true
  for i in $(seq 100); do
    [ -d "/proc/$server" ] || break
    sleep 0.1
  done
  # shellcheck disable=SC2086
  kill -9 $all 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

ip netns add bsrv
ip netns add bcli
ip link add bsrv0 netns bsrv type veth peer name bcli0 netns bcli
ip -n bsrv address add $IP_SRV/16 dev bsrv0
ip -n bcli address add $ip_cli/16 dev bcli0
for end in "bsrv bsrv0" "bcli bcli0"; do
  read -r namespace interface <<<"$end"
  # a veth hands on datagrams without their checksum, which is wrong for who reads frames
  ip netns exec "$namespace" ethtool -K "$interface" tx off >/dev/null
  ip -n "$namespace" link set lo up
  ip -n "$namespace" link set "$interface" txqueuelen 10000 up
done
gcc -std=gnu11 -O2 -Wall -o "$work/load" "$here/load.c"
mistakes=0 repeated=0
load() { # ARGS...: sets bound, rate and the other figures that it prints; false if a client is not bound, or wrongly
  local line result=0
  line=$(ip netns exec bcli "$work/load" bcli0 $POOL_FIRST $POOL_LAST "$work/owners" "$@") || result=$?
  [ -n "$line" ] || fail "load $* failed"
  eval "$line" # NAME=NUMBER NAME=NUMBER…
  mistakes=$((mistakes + wrong + duplicates))
  [ $((wrong + duplicates)) = 0 ] || say "wrong answers! load $*: $line"
  return $result
}

# ---- servers ---------------------------------------------------------------------------------
next=0 # number of the next client that the server has not seen
start_server() { # NAME
  export STATE=$work/state
  rm -rf "$STATE" "$work/owners"
  mkdir "$STATE"
  ip netns exec bsrv "${script[$1]}" >"$work/$1.log" 2>&1 </dev/null &
  server=$!
  for next in $(seq 240); do
    if load -n 1 -f "$next" -t 0.5; then
      next=$((next + 1))
      return 0
    fi
    [ -d "/proc/$server" ] || break
  done
  tail -n 5 "$work/$1.log" >&2
  fail "$1 does not answer"
}
fresh() { # COUNT ARGS...: load from clients that are new to the server
  local from=$next
  next=$((next + $1))
  load -n "$1" -f "$from" "${@:2}"
}
warm_up() { # NAME: each client comes twice, so that fewer addresses are needed
  local from=$next
  [ "${warm[$1]}" != 0 ] || return 0
  fresh "${warm[$1]}" -w $in_flight -t $run_limit || true
  load -n "${warm[$1]}" -f "$from" -w $in_flight -t $run_limit || true
}

hertz=$(getconf CLK_TCK)
cpu() { # lines of "PROCESS MILLISECONDS" since each began, with the children that have ended
  local pid name
  for pid in $(tree "$server"); do
    name=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)
    case $name in
      *dev.bootbus.dhcp.Main*) name=dhcp-server ;;
      *dev.bootbus.kernel.Main*) name=kernel-backend ;;
      *dhcp-stack.sh*) name=launcher ;;
      *) name=$(basename "${name%% *}") ;;
    esac
    awk -v name="$name" -v hz="$hertz" '{sub(/.*\) /, ""); printf "%s %.0f\n", name, ($12 + $13 + $14 + $15) * 1000 / hz}' "/proc/$pid/stat" 2>/dev/null || true
  done
}
rss() { # lines of "PROCESS MIB"
  local pid
  for pid in $(tree "$server"); do
    awk -v name="$(tr '\0' ' ' <"/proc/$pid/cmdline" | sed -n 's/.*dev.bootbus.dhcp.Main.*/dhcp-server/p; t; s/.*dev.bootbus.kernel.Main.*/kernel-backend/p')" \
      '/^Name/ {if (name == "") name = $2} /^VmRSS/ {print name, $2 / 1024}' "/proc/$pid/status" 2>/dev/null || true
  done
}
total() { awk '{s += $2} END {printf "%.1f", s}'; }
machine() { awk -v hz="$hertz" '/^cpu / {printf "%.0f", ($2 + $3 + $4 + $7 + $8) * 1000 / hz}' /proc/stat; }
calc() { awk "BEGIN {printf \"%.${2:-0}f\", ($1)}"; }

mkdir -p "$(dirname "$csv")"
echo "round,server,metric,value" >"$csv"
record() { # SERVER METRIC VALUE
  echo "$round,$1,$2,$3" >>"$csv"
  printf '%s round %s of %s: %-8s %-28s %s\n' "$(date +%T)" "$round" "$rounds" "$1" "$2" "$3" >&2
}

# cpu_begin; work; cpu_end SERVER METRIC EXCHANGES: CPU milliseconds for 1,000 of them
cpu_begin() { cpu >"$work/cpu"; }
cpu_end() {
  local process
  [ "$3" -gt 0 ] || return 0
  cpu | awk -v n="$3" 'NR == FNR {before[$1] += $2; next} {now[$1] += $2}
    END {for (p in now) {d = (now[p] - before[p]) * 1000 / n; all += d; print p, d}; print "all", all}' "$work/cpu" - >"$work/spent"
  while read -r process spent; do
    case $process in
      all) record "$1" "$2" "$spent" ;;
      dhcp-server | kernel-backend | nats-server) record "$1" "$2.$process" "$spent" ;;
    esac
  done <"$work/spent"
}

# ---- closed loop: CPU ------------------------------------------------------------------------
closed() { # NAME
  local before
  start_server "$1"
  cpu_begin
  fresh "${first[$1]}" -w $in_flight -t $run_limit || say "$1 bound $bound of ${first[$1]} in $seconds s"
  cpu_end "$1" cpu.first "$bound"
  warm_up "$1"
  cpu_begin
  before=$(machine)
  fresh "${counted[$1]}" -w $in_flight -t $run_limit || say "$1 bound $bound of ${counted[$1]} in $seconds s"
  before=$(($(machine) - before - own_cpu_ms))
  cpu_end "$1" cpu.closed "$bound"
  record "$1" rate.closed "$rate"
  record "$1" naks.closed "$naks"
  record "$1" others.cores "$(calc "($before - $(awk '$1 == "all" {print $2}' "$work/spent") * $bound / 1000) / 1000 / $seconds" 2)"
  stop_server
}

# ---- perfdhcp: the highest rate, and latency at half of it -----------------------------------
perf() { # NAME RATE SECONDS ARGS...: sets acks, loss (per cent), reached (whether perfdhcp came up with the rate)
  local n=$(($2 * $3)) most=$((pool - next - 100)) begun twice
  [ "$n" -le "$most" ] || n=$most
  begun=$EPOCHREALTIME
  cpu_begin
  # -u: perfdhcp counts the addresses that come in more than one ACK
  ip netns exec bcli perfdhcp -4 -u -l $ip_cli -r "$2" -R "$n" -n "$n" -n "$n" -W 1000000 -b mac=02:0c:00:00:00:00 "${@:4}" $IP_SRV >"$work/perf" 2>&1 || true
  read -r acks loss twice < <(awk '/DISCOVER-OFFER/ && /Statistics/ {part = "d"} /REQUEST-ACK/ && /Statistics/ {part = "r"}
    /^sent packets:/ && part == "d" && !sent {sent = $3} /^received packets:/ && part == "r" && !acks {acks = $3}
    /^non unique addresses:/ && part == "r" {twice = $4}
    END {printf "%d %.3f %d\n", acks, sent ? 100 * (1 - acks / sent) : 100, twice}' "$work/perf")
  repeated=$((repeated + twice))
  reached=$(calc "$EPOCHREALTIME - $begun < 1.1 * $n / $2 + 1.5")
}
warm_up_relayed() { # NAME: with what perfdhcp sends, too
  warm_up "$1"
  [ "${warm[$1]}" != 0 ] || return 0
  ip netns exec bcli perfdhcp -4 -l $ip_cli -r 1000 -R 5000 -n 5000 -n 5000 -W 1000000 -b mac=02:0d:00:00:00:00 $IP_SRV >"$work/perf" 2>&1 || true
  next=$((next + 5000)) # addresses in use
}
holds() { # NAME RATE: whether less than 1 % is lost, at the second try at least
  local try
  for try in 1 2; do
    start_server "$1"
    warm_up_relayed "$1"
    perf "$1" "$2" $ramp_seconds
    stop_server
    say "$1 at $2/s: $loss % lost$([ "$reached" = 1 ] || echo ', perfdhcp was too slow')"
    [ "$reached" = 0 ] || [ "$(calc "$loss < 1")" = 0 ] || return 0
  done
  return 1
}
declare -A peak
ramp() { # NAME: sets peak; from the round before, or from what the closed loop reached
  local good=0 bad=0 at
  at=${peak[$1]:-$(calc "0.6 * $rate + 1")}
  while [ "$good" = 0 ] || [ "$bad" = 0 ]; do
    if holds "$1" "$at"; then
      good=$at
      [ "$bad" != 0 ] || at=$(calc "$at * 1.25 + 1")
    else
      bad=$at
      [ "$good" != 0 ] || at=$(calc "$at / 1.25")
      [ "$at" -gt 10 ] || break
    fi
  done
  while [ "$good" != 0 ] && [ "$(calc "$bad / $good > $ramp_step")" = 1 ]; do
    at=$(calc "sqrt($good * $bad)")
    if holds "$1" "$at"; then good=$at; else bad=$at; fi
  done
  peak[$1]=$good
  record "$1" rate.peak "$good"
}
percentile() { # EXCHANGE PERCENT: milliseconds, of the time stamps that perfdhcp -x t prints
  awk -v which="$1" '/Timestamps for packets/ {on = index($0, which)}
    on && /^sent \/ received:/ {split($0, f, /[ \/]+/); print (f[4] - f[3]) * 1000}' "$work/perf" |
    sort -n | awk -v p="$2" '{v[NR] = $1} END {if (NR) printf "%.2f", v[int((NR - 1) * p / 100) + 1]}'
}
latency() { # NAME RATE
  local exchange
  [ "$2" -gt 0 ] || return 0
  start_server "$1"
  warm_up_relayed "$1"
  perf "$1" "$2" $latency_seconds -x t
  cpu_end "$1" cpu.half "$acks"
  stop_server
  record "$1" rate.half "$2"
  record "$1" loss.half "$loss"
  for exchange in DISCOVER-OFFER REQUEST-ACK; do
    record "$1" "p50.$exchange" "$(percentile $exchange 50)"
    record "$1" "p99.$exchange" "$(percentile $exchange 99)"
  done
}

# ---- boot storm ------------------------------------------------------------------------------
storm() { # NAME METRIC
  fresh $storm -t $storm_limit || say "$1 bound $bound of $storm in $storm_limit s"
  record "$1" "$2.seconds" "$seconds"
  record "$1" "$2.bound" "$bound"
  record "$1" "$2.retransmitted" "$retransmitted"
}
storms() { # NAME
  local process mib
  start_server "$1"
  cpu_begin
  storm "$1" storm.cold
  cpu_end "$1" storm.cold.cpu "$bound"
  rss >"$work/rss"
  record "$1" rss "$(total <"$work/rss")"
  while read -r process mib; do
    case $process in dhcp-server | kernel-backend | nats-server) record "$1" "rss.$process" "$mib" ;; esac
  done <"$work/rss"
  stop_server
  [ "${warm[$1]}" != 0 ] || return 0
  start_server "$1"
  warm_up "$1"
  storm "$1" storm.warm
  stop_server
}

for round in $(seq "$rounds"); do
  for name in $servers; do
    mistakes=0 repeated=0
    closed "$name"
    if [ -z "$quick" ]; then ramp "$name"; else peak[$name]=$(calc "0.6 * $rate"); fi
    latency "$name" $((peak[$name] / 2))
    storms "$name"
    record "$name" mistakes $mistakes
    record "$name" repeated $repeated
  done
done

# ---- report ----------------------------------------------------------------------------------
median() { # SERVER METRIC
  awk -F, -v s="$1" -v m="$2" '$2 == s && $3 == m {print $4}' "$csv" | sort -n |
    awk '{v[NR] = $1} END {if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}
cell() { # VALUE DIGITS
  [ -z "$1" ] && printf ' – |' || printf " %.$2f |" "$1"
}
row() { # TITLE METRIC DIGITS
  local name ours kea
  printf '| %s |' "$1"
  for name in $servers; do
    case $2 in
      storm.*.seconds)
        if [ "$(calc "$(median "$name" "${2%seconds}bound") + 0 < $storm")" = 1 ] && [ -n "$(median "$name" "$2")" ]; then
          printf ' only %.0f in %s s |' "$(median "$name" "${2%seconds}bound")" $storm_limit
          continue
        fi
        ;;
    esac
    cell "$(median "$name" "$2")" "$3"
  done
  ours=$(median bootbus "$2") kea=$(median kea "$2")
  if [ -n "$ours" ] && [ "$(calc "${kea:-0} + 0 > 0")" = 1 ]; then printf ' %.2f |\n' "$(calc "$ours / $kea" 4)"; else printf ' |\n'; fi
}
part() { # PROCESS
  printf '| %s |' "$1"
  cell "$(median bootbus "cpu.first.$1")" 0
  cell "$(median bootbus "cpu.closed.$1")" 0
  cell "$(median bootbus "cpu.half.$1")" 0
  cell "$(median bootbus "rss.$1")" 0
  echo
}

commit=$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)
echo
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r), Kea $(kea-dhcp4 -v)," \
  "$(dnsmasq --version | sed -n '1s/ *Copyright.*//p'), $(dhcpd --version 2>&1 | head -1), $(nats-server --version)," \
  "Bootbus $commit, $(date +%F), ${quick:+--quick, }$rounds rounds"
echo
printf '| median of %s rounds |' "$rounds"
printf ' %s |' $servers
echo ' Bootbus to Kea |'
printf -- '|---|%s---|\n' "$(printf -- '---|%.0s' $servers)"
[ -n "$quick" ] || row "exchanges/s with less than 1 % lost (perfdhcp)" rate.peak 0
row "exchanges/s, $in_flight in flight" rate.closed 0
row "CPU ms per 1,000 exchanges, $in_flight in flight" cpu.closed 0
row "the same, of the first ${first[${servers%% *}]} after the start" cpu.first 0
row "CPU ms per 1,000, at half of the highest rate" cpu.half 0
row "DISCOVER to OFFER there, ms: p50" p50.DISCOVER-OFFER 2
row "p99" p99.DISCOVER-OFFER 2
row "REQUEST to ACK there, ms: p50" p50.REQUEST-ACK 2
row "p99" p99.REQUEST-ACK 2
row "$storm machines at once, just started: s until all are bound" storm.cold.seconds 1
row "packets sent again by them" storm.cold.retransmitted 0
row "the same, server warmed up: s" storm.warm.seconds 1
row "packets sent again by them" storm.warm.retransmitted 0
row "RSS after $storm leases, MiB" rss 0
row "wrong answers and addresses given twice (load.c)" mistakes 0
row "addresses given twice (perfdhcp -u)" repeated 0
row "cores that others took meanwhile" others.cores 2
if [[ " $servers " = *" bootbus "* ]]; then
  echo
  echo "| Bootbus, CPU ms per 1,000 | first ${first[bootbus]} | $in_flight in flight | half of the highest rate | RSS, MiB |"
  echo "|---|---|---|---|---|"
  part dhcp-server
  part kernel-backend
  part nats-server
fi
say "every number: $csv"
