#!/bin/bash
# run.sh [ROUNDS [SECONDS]]: http-server beside nginx, on this machine's loopback, with the same
# files. Rounds alternate between the servers; the tables show medians. Builds nothing.
#
#   BOOTBUS   folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#   PORT      first of three TCP ports on 127.0.0.1                      (18480)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
rounds=${1:-5}
seconds=${2:-5}
bootbus=${BOOTBUS:-$here/../../deploy/target/bootbus}
port=${PORT:-18480}
servers=(http-server nginx nginx-copying)
declare -A pid url

fail() {
  echo "run.sh: $1" >&2
  exit 2
}

for tool in nginx wrk curl awk; do
  command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null ||
    fail "needs $tool: apt-get install nginx-light wrk curl"
done
PATH=$PATH:/usr/sbin
[ -x "$bootbus/bin/bootbus" ] ||
  fail "no $bootbus/bin/bootbus: run mvn package -DskipTests -pl deploy -am, or set BOOTBUS"

work=$(mktemp -d)
cleanup() {
  for p in "${pid[@]}"; do kill "$p" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- servers ---------------------------------------------------------------------------------
mkdir "$work/root"
token=$$.$RANDOM
echo "$token" >"$work/root/token" # tells our servers from whatever else has the port
head -c 4096 /dev/urandom >"$work/root/small"
head -c $((64 << 20)) /dev/urandom >"$work/root/large"

now_ms() { echo $(($(date +%s%N) / 1000000)); }

await() { # NAME: until it answers
  for _ in $(seq 1000); do
    [ "$(curl -s --max-time 2 "${url[$1]}/token")" = "$token" ] && return
    [ -d "/proc/${pid[$1]}" ] || break
    sleep 0.01
  done
  cat "$work/$1".log >&2
  fail "$1 did not start on ${url[$1]}; is the port free? (PORT=$port)"
}

start_nginx() { # NAME PORT SENDFILE
  mkdir "$work/$1"
  cat >"$work/$1/nginx.conf" <<CONF
daemon off; master_process off; pid $work/$1/pid; error_log $work/$1.log;
events {}
http {
  sendfile $3; tcp_nopush on; keepalive_requests 1000000000;
  access_log $work/$1/access.log; default_type application/octet-stream;
  client_body_temp_path $work/$1/b; proxy_temp_path $work/$1/p; fastcgi_temp_path $work/$1/f;
  uwsgi_temp_path $work/$1/u; scgi_temp_path $work/$1/s;
  server { listen 127.0.0.1:$2; root $work/root; }
}
CONF
  nginx -e "$work/$1.log" -c "$work/$1/nginx.conf" &
  pid[$1]=$! url[$1]=http://127.0.0.1:$2
  await "$1"
}

start_bootbus() { # PORT; prints nothing, sets started_ms
  local begun
  begun=$(now_ms)
  "$bootbus/bin/bootbus" http-server --root "$work/root" --address 127.0.0.1 --http-port "$1" \
    --nats nats://127.0.0.1:1 >"$work/http-server.log" 2>&1 &
  pid[http-server]=$! url[http-server]=http://127.0.0.1:$1
  await http-server
  started_ms=$(($(now_ms) - begun))
}

rss_mib() { awk '/^VmRSS/ {printf "%.0f", $2 / 1024}' "/proc/${pid[$1]}/status"; }

start_nginx nginx $((port + 1)) on
start_nginx nginx-copying $((port + 2)) off
starts=()
for _ in 1 2 3 4; do
  start_bootbus "$port"
  starts+=("$started_ms")
  kill "${pid[http-server]}"
  wait "${pid[http-server]}" || true
done
start_bootbus "$port"
sleep 3
idle_mib=$(rss_mib http-server)

# ---- measurement -----------------------------------------------------------------------------
ticks=$(getconf CLK_TCK)
cpu() { awk -v hz="$ticks" '{sub(/.*\) /, ""); printf "%.2f", ($12 + $13) / hz}' "/proc/${pid[$1]}/stat"; }
record() { echo "$3" >>"$work/$1.$2"; }

# load NAME FILE CONNECTIONS SECONDS: sets requests, bytes, cpu_s
load() {
  local before out
  before=$(cpu "$1")
  out=$(wrk -t1 -c"$3" -d"$4" "${url[$1]}/$2")
  cpu_s=$(awk -v a="$before" -v b="$(cpu "$1")" 'BEGIN {print b - a}')
  requests=$(awk '/requests in/ {print $1}' <<<"$out")
  if grep -qE 'Non-2xx|Socket errors' <<<"$out"; then
    echo "$out" >&2
    fail "$1 answered with errors"
  fi
  bytes=$(awk '/requests in/ {
    n = $5; unit = n; gsub(/[0-9.]/, "", unit); sub(/[A-Z]+$/, "", n)
    print n * (unit == "GB" ? 2^30 : unit == "MB" ? 2^20 : unit == "KB" ? 2^10 : 1)}' <<<"$out")
}

for name in "${servers[@]}"; do
  echo "warming up $name" >&2
  load "$name" small 16 15
  load "$name" large 4 5
done
for round in $(seq "$rounds"); do
  for name in "${servers[@]}"; do
    echo "round $round of $rounds: $name" >&2
    load "$name" small 16 "$seconds"
    record "$name" small.rate "$(awk -v n="$requests" -v t="$seconds" 'BEGIN {print n / t}')"
    record "$name" small.cpu "$(awk -v n="$requests" -v c="$cpu_s" 'BEGIN {print c * 1e5 / n}')"
    load "$name" large 4 "$seconds"
    record "$name" large.rate "$(awk -v n="$bytes" -v t="$seconds" 'BEGIN {print n / t / 1e6}')"
    record "$name" large.cpu "$(awk -v n="$bytes" -v c="$cpu_s" 'BEGIN {print c * 2^30 / n}')"
  done
done

# ---- report ----------------------------------------------------------------------------------
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
of() { median <"$work/$1.$2"; }
row() { # TITLE METRIC FORMAT
  local a b c
  a=$(of http-server "$2") b=$(of nginx "$2") c=$(of nginx-copying "$2")
  awk -v t="$1" -v f="$3" -v a="$a" -v b="$b" -v c="$c" \
    'BEGIN {printf "| %s | " f " | " f " | " f " | %.2f | %.2f |\n", t, a, b, c, a / b, a / c}'
}

echo
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r)," \
  "$(nginx -v 2>&1 | sed 's/.*: //'), $rounds rounds of $seconds s, load at the end $(cut -d' ' -f1 /proc/loadavg)"
echo
echo "| median of $rounds rounds | http-server | nginx | nginx, sendfile off | ratio to nginx | ratio to sendfile off |"
echo "|---|---|---|---|---|---|"
row "4 KiB, 16 connections: requests/s" small.rate %.0f
row "4 KiB: server CPU s per 100,000 requests" small.cpu %.2f
row "64 MiB, 4 connections: MB/s" large.rate %.0f
row "64 MiB: server CPU s per GiB" large.cpu %.3f
echo
echo "http-server: first answer after $(printf '%s\n' "${starts[@]}" | median) ms (median of ${#starts[@]} starts), RSS" \
  "$idle_mib MiB idle, $(rss_mib http-server) MiB after the run; nginx: $(rss_mib nginx) MiB after the run."
