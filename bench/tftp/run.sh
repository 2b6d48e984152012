#!/bin/bash
# run.sh [ROUNDS]: tftp-server beside atftpd, dnsmasq and tftpd-hpa, as root, in two network namespaces
# with a veth between them. Rounds alternate between the servers; the tables show medians. CPU is user and
# system time of the server and of the children it waited for (/proc/PID/stat). Builds only its load client.
#
#   BOOTBUS     folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#   ATFTPD      /usr/sbin/atftpd     TFTPD_HPA    /usr/sbin/in.tftpd
#               The two packages conflict: apt-get download one, and unpack it with dpkg -x.
#   SERVERS     which of: bootbus mmsg nio single atftpd dnsmasq tftpd-hpa           (all)
#               bootbus is as it comes; mmsg and nio are its other engines, single its single-port mode.
#   CASES       which of: one-ws1 one-ws64 many-ws1 many-ws16 thousand software-ws64 software-ws16  (all)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
rounds=${1:-3}
export BOOTBUS=${BOOTBUS:-$here/../../deploy/target/bootbus}
atftpd=${ATFTPD:-/usr/sbin/atftpd} hpa=${TFTPD_HPA:-/usr/sbin/in.tftpd}
read -ra servers <<<"${SERVERS:-bootbus mmsg nio single atftpd dnsmasq tftpd-hpa}"
read -ra cases <<<"${CASES:-one-ws1 one-ws64 many-ws1 many-ws16 thousand software-ws64 software-ws16}"
PATH=$PATH:/usr/sbin

fail() {
  echo "run.sh: $1" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || fail "needs root, for the network namespaces"
for needed in gcc:gcc ip:iproute2 ethtool:ethtool dnsmasq:dnsmasq-base "$atftpd":atftpd "$hpa":tftpd-hpa; do
  command -v "${needed%:*}" >/dev/null || fail "needs ${needed%:*}: apt-get install ${needed#*:}"
done

work=$(mktemp -d)
ns=tftp-$$ # the server's namespace; the client's is $ns-c
server=
cleanup() {
  # shellcheck disable=SC2046  # one word for each process
  kill $(jobs -pr) 2>/dev/null || true
  wait 2>/dev/null || true
  ip netns del "$ns" 2>/dev/null || true
  ip netns del "$ns-c" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

gcc -O2 -o "$work/load" "$here/load.c"
ip netns add "$ns"
ip netns add "$ns-c"
ip -n "$ns" link add tftp type veth peer name tftp netns "$ns-c"
ip -n "$ns" address add 10.98.0.1/24 dev tftp
ip -n "$ns-c" address add 10.98.0.2/24 dev tftp
for n in "$ns" "$ns-c"; do
  ip -n "$n" link set lo up
  ip -n "$n" link set tftp up
done
export IP_SRV=10.98.0.1 TFTP_ROOT=$work/root
mkdir "$TFTP_ROOT"
chmod -R a+rX "$work"
head -c $((128 << 20)) /dev/urandom >"$TFTP_ROOT/huge" # all multiples of no block size that is asked for
head -c $((64 << 20)) /dev/urandom >"$TFTP_ROOT/large"
head -c $((2 << 20)) /dev/urandom >"$TFTP_ROOT/small"
head -c $((4 << 20)) /dev/urandom >"$TFTP_ROOT/middle"
chmod a+r "$TFTP_ROOT"/*

in_ns() { exec ip netns exec "$ns" "$@"; } # in the background: so that $! is the server
load() { ip netns exec "$ns-c" "$work/load" "$IP_SRV" "$1" "$TFTP_ROOT/$1" "${@:2}"; }

start() { # NAME
  case $1 in
    bootbus) in_ns "$here/../tftp-server.sh" & ;;
    mmsg | nio) BENCH_ENGINE=$1 in_ns "$here/../tftp-server.sh" & ;;
    single) BENCH_OPTIONS="--single-port on" in_ns "$here/../tftp-server.sh" & ;;
    atftpd) in_ns "$atftpd" --daemon --no-fork --user nobody --group nogroup --bind-address "$IP_SRV" --port 69 \
      --maxthread 2000 --verbose=0 --logfile /dev/null "$TFTP_ROOT" & ;;
    dnsmasq) in_ns dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file="$work/pid" \
      --log-facility=/dev/null --quiet-tftp --interface=tftp --bind-interfaces --enable-tftp \
      --tftp-root="$TFTP_ROOT" --tftp-max=2000 & ;;
    tftpd-hpa) in_ns "$hpa" -L -4 -a "$IP_SRV:69" -s -u nobody "$TFTP_ROOT" & ;;
    *) fail "no server is called $1" ;;
  esac >"$work/$1.log" 2>&1
  server=$!
  for _ in $(seq 100); do
    load small 1 1 >/dev/null 2>&1 && break
    [ -d "/proc/$server" ] || { cat "$work/$1.log" >&2; fail "$1 ended"; }
    sleep 0.1
  done
}

stop() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

ticks=$(getconf CLK_TCK)
cpu() { awk -v hz="$ticks" '{sub(/.*\) /, ""); printf "%.2f", ($12 + $13 + $14 + $15) / hz}' "/proc/$server/stat" 2>/dev/null || echo 0; }
rss_kib() { # the server and its children
  cat /proc/"$server"/status $(sed 's|[0-9][0-9]*|/proc/&/status|g' "/proc/$server/task/$server/children" 2>/dev/null) 2>/dev/null |
    awk '/^VmRSS/ {sum += $2} END {print sum + 0}' || true
}

measure() { # NAME CASE FILE CLIENTS WINDOWSIZE [hold]
  local before line most=0 now loader
  before=$(cpu)
  ip netns exec "$ns-c" "$work/load" "$IP_SRV" "$3" "$TFTP_ROOT/$3" "$4" "$5" 1428 ${6:-} >"$work/line" &
  loader=$!
  while kill -0 "$loader" 2>/dev/null; do
    now=$(rss_kib)
    most=$((now > most ? now : most))
    sleep 0.2
  done
  wait "$loader" || true
  sleep 0.3 # so that forked servers end
  if [ ! -d "/proc/$server" ]; then
    echo "$1 $2: the server ended" >&2
    echo "0 0 $4 0 0 0" >>"$work/$1.$2"
    wait "$server" 2>/dev/null || true
    start "$1"
    return
  fi
  line=$(cat "$work/line")
  echo "$1 $2: $line" >&2
  awk -v a="$before" -v b="$(cpu)" -v rss="$most" '{
    for (i = 1; i <= NF; i++) { split($i, kv, "="); v[kv[1]] = kv[2] }
    print v["mb_per_s"], (v["bytes"] ? (b - a) * 2^30 / v["bytes"] : 0), v["failed"], rss / 1024, v["windowsize"], v["resent"]
  }' <<<"$line" >>"$work/$1.$2"
}

segmentation() { # on | off: whether the veth takes what the kernel has not cut apart
  for n in "$ns" "$ns-c"; do
    ip netns exec "$n" ethtool -K tftp tx-udp-segmentation "$1" gso "$1" >/dev/null
  done
}

run_case() { # NAME CASE
  case $2 in
    one-ws1) measure "$1" "$2" large 1 1 ;;
    one-ws64) measure "$1" "$2" huge 1 64 ;;
    many-ws1) measure "$1" "$2" small 200 1 ;;
    many-ws16) measure "$1" "$2" middle 200 16 ;;
    thousand) measure "$1" "$2" small 1000 16 hold ;;
    software-ws64 | software-ws16)
      segmentation off
      if [ "$2" = software-ws64 ]; then measure "$1" "$2" huge 1 64; else measure "$1" "$2" middle 200 16; fi
      segmentation on
      ;;
    *) fail "no case is called $2" ;;
  esac
}

for round in $(seq "$rounds"); do
  for name in "${servers[@]}"; do
    echo "round $round of $rounds: $name" >&2
    start "$name"
    for _ in 1 2 3; do load small 100 1 >/dev/null; done # warm
    load middle 50 16 >/dev/null
    for c in "${cases[@]}"; do run_case "$name" "$c"; done
    stop
  done
done

# ---- report ----------------------------------------------------------------------------------
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
of() { awk -v n="$3" '{print $n}' "$work/$1.$2" | median; }
echo
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r)," \
  "$rounds rounds, load at the end $(cut -d' ' -f1 /proc/loadavg)"
echo
echo "| MB/s (server CPU s per GiB) | $(printf '%s | ' "${servers[@]}")"
echo "|---|$(printf -- '---|%.0s' "${servers[@]}")"
for c in "${cases[@]}"; do
  row="| $c |"
  for name in "${servers[@]}"; do
    used=$(printf '%.2f' "$(of "$name" "$c" 2)")
    [ "$name" != tftpd-hpa ] || used=? # it waits for none of its children, so nobody sums up their CPU
    row+=$(printf ' %.0f (%s)' "$(of "$name" "$c" 1)" "$used")
    lost=$(awk '{n += $3} END {print n}' "$work/$name.$c")
    [ "$lost" = 0 ] || row+=", $lost lost"
    [ "$c" != thousand ] || row+=$(printf ', %.0f MiB' "$(of "$name" "$c" 4)")
    row+=" |"
  done
  echo "$row"
done
