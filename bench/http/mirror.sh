#!/bin/bash
# mirror.sh [ROUNDS [RATE]]: what http-server's mirror costs when many ask for a file that it does not
# have yet, on this machine's loopback. nginx is the upstream, at RATE bytes/s for each connection (25m),
# as a mirror on the Internet would be: without a limit the copies, not the mirror, are measured.
# Then a large file from the root for 100 clients at once. Builds nothing.
#
#   BOOTBUS   folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#   PORT      first of two TCP ports on 127.0.0.1                        (18490)
#   MIB       size of the mirrored file                                  (1024)
#   CLIENTS   that ask for it at once                                    (50)
#   SECONDS_LARGE   that 100 clients load the 4 GiB file for             (30)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
rounds=${1:-3} rate=${2:-25m}
bootbus=${BOOTBUS:-$here/../../deploy/target/bootbus}
port=${PORT:-18490} mib=${MIB:-1024} clients=${CLIENTS:-50} large_s=${SECONDS_LARGE:-30}
url=http://127.0.0.1:$port
PATH=$PATH:/usr/sbin

fail() {
  echo "mirror.sh: $1" >&2
  exit 2
}
for tool in nginx curl awk; do
  command -v "$tool" >/dev/null || fail "needs $tool: apt-get install nginx-light curl"
done
[ -x "$bootbus/bin/bootbus" ] ||
  fail "no $bootbus/bin/bootbus: run mvn package -DskipTests -pl deploy -am, or set BOOTBUS"

work=$(mktemp -d)
pids=()
cleanup() {
  kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

mkdir "$work/upstream" "$work/root" "$work/nginx"
head -c $((mib << 20)) /dev/urandom >"$work/upstream/image"
truncate -s 4G "$work/root/large"
echo "$$.$RANDOM" >"$work/root/token"
cat >"$work/nginx/nginx.conf" <<CONF
daemon off; master_process off; pid $work/nginx/pid; error_log $work/nginx.log;
events {}
http {
  sendfile on; access_log $work/access.log; default_type application/octet-stream; limit_rate $rate;
  client_body_temp_path $work/nginx/b; proxy_temp_path $work/nginx/p; fastcgi_temp_path $work/nginx/f;
  uwsgi_temp_path $work/nginx/u; scgi_temp_path $work/nginx/s;
  server { listen 127.0.0.1:$((port + 1)); root $work/upstream; }
}
CONF
nginx -e "$work/nginx.log" -c "$work/nginx/nginx.conf" &
pids+=($!)
"$bootbus/bin/bootbus" http-server --root "$work/root" --address 127.0.0.1 --http-port "$port" \
  --nats nats://127.0.0.1:1 --events off --upstream "http://127.0.0.1:$((port + 1))/" \
  --cache "$work/cache" >"$work/http-server.log" 2>&1 &
server=$!
pids+=("$server")
for _ in $(seq 1000); do
  [ "$(curl -s --max-time 2 "$url/token")" = "$(cat "$work/root/token")" ] && break
  [ -d "/proc/$server" ] || fail "http-server did not start: $(tail -n 2 "$work/http-server.log")"
  sleep 0.02
done

cpu() { awk -v hz="$(getconf CLK_TCK)" '{sub(/.*\) /, ""); printf "%.2f", ($12 + $13) / hz}' "/proc/$server/stat"; }
rss_mib() { awk '/^VmRSS/ {printf "%.0f", $2 / 1024}' "/proc/$server/status"; }
calc() { awk "BEGIN {printf \"%.${2:-2}f\", $1}"; }
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# cold CLIENTS: seconds until the last of them has all of the file, which nobody has asked for before
cold() {
  local begun waits=()
  # the last download may still be on its way from memory to the disk
  while curl -sf "$url/cache" | grep -q '"state":"arriving"'; do sleep 0.1; done
  curl -sf -X DELETE "$url/cache" >/dev/null
  begun=$(date +%s%N)
  for _ in $(seq "$1"); do
    curl -sf -o /dev/null -w '%{size_download}\n' "$url/image" >>"$work/sizes" &
    waits+=($!)
  done
  for w in "${waits[@]}"; do wait "$w" || fail "a download failed: $(tail -n 3 "$work/http-server.log")"; done
  calc "($(date +%s%N) - $begun) / 1e9"
}
upstream_bytes() { awk '{s += $10} END {printf "%.0f", s}' "$work/access.log" 2>/dev/null || echo 0; }

echo "warming up" >&2
cold 2 >/dev/null
: >"$work/access.log"
: >"$work/sizes"
idle=$(rss_mib)
for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  cold 1 >>"$work/one"
  requests=$(wc -l <"$work/access.log")
  before=$(cpu)
  cold "$clients" >>"$work/many"
  calc "($(cpu) - $before) * 1024 / ($clients * $mib)" 3 >>"$work/cpu"
  echo >>"$work/cpu"
  echo $(($(wc -l <"$work/access.log") - requests)) >>"$work/requests"
  rss_mib >>"$work/rss"
  for f in one many rss; do echo >>"$work/$f"; done
done
bad=$(awk -v want=$((mib << 20)) '$1 != want' "$work/sizes" | wc -l)

echo "a large file for 100 clients, $large_s s" >&2
curls=()
for _ in $(seq 100); do
  curl -s -o /dev/null -w '%{size_download}\n' --max-time "$large_s" "$url/large" >>"$work/large" &
  curls+=($!)
done
for _ in $(seq "$((large_s * 2 - 4))"); do
  sleep 0.5
  rss_mib >>"$work/large.rss"
  echo >>"$work/large.rss"
done
wait "${curls[@]}" || true

one=$(median <"$work/one") many=$(median <"$work/many")
echo
echo "$(nproc) cores, Linux $(uname -r), $rounds rounds, load at the end $(cut -d' ' -f1 /proc/loadavg)"
echo
echo "| $mib MiB, not in the cache, upstream at $rate bytes/s | |"
echo "|---|---|"
echo "| one client, median | $one s |"
echo "| $clients clients at once, median until the last has it | $many s |"
echo "| ratio | $(calc "$many / $one") |"
echo "| requests at upstream for these $clients | $(sort -n "$work/requests" | tail -1) at most |"
echo "| wrong lengths | $bad |"
echo "| server CPU s per GiB sent | $(grep . "$work/cpu" | median) |"
echo "| RSS idle / most after a round | $idle / $(grep . "$work/rss" | sort -n | tail -1) MiB |"
echo "| 4 GiB file, 100 clients, $large_s s: sent | $(awk '{s += $1} END {printf "%.0f", s / 2^30}' "$work/large") GiB |"
echo "| RSS meanwhile: after 2 s / median / most | $(sed -n 4p <(grep . "$work/large.rss")) / $(grep . "$work/large.rss" | median) / $(grep . "$work/large.rss" | sort -n | tail -1) MiB |"
