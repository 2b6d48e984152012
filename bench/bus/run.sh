#!/bin/bash
# run.sh [SECONDS [ROUNDS]]: request-reply through nats-schema beside jnats with the same bytes, on
# this machine's loopback: asker, nats-server and responder are a process each. Rounds alternate
# between the kinds; the tables show medians. Builds nothing.
#
#   BOOTBUS   folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#   PORT      a TCP port on 127.0.0.1                                    (18422)
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
seconds=${1:-5}
rounds=${2:-5}
bootbus=${BOOTBUS:-$here/../../deploy/target/bootbus}
port=${PORT:-18422}
url=nats://127.0.0.1:$port
kinds=(sdk plain bare)
loads=("flood 64" "flood 512" "pace 1000")
pids=()

fail() {
  echo "run.sh: $1" >&2
  exit 2
}

PATH=$PATH:/usr/sbin
command -v nats-server >/dev/null || fail "needs nats-server: apt-get install nats-server"
[ -e "$bootbus/lib" ] ||
  fail "no $bootbus/lib: run mvn package -DskipTests -pl deploy -am, or set BOOTBUS"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" --version | head -1 | grep -qE ' (2[5-9]|[3-9][0-9])' || fail "needs Java 25: set JAVA_HOME"

work=$(mktemp -d)
cleanup() {
  kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- processes -------------------------------------------------------------------------------
export BOOTBUS_LOG_LEVEL=WARN
run() { # CLASS ARGS...: with the heap and the collector that bin/bootbus gives to a service
  exec "$java" -XX:+UseSerialGC -Xms16m -Xmx256m -Xss512k ${BENCH_JAVA_OPTS:-} \
    -Dlogback.configurationFile="$bootbus/etc/logback.xml" --enable-native-access=ALL-UNNAMED -cp "$bootbus/lib/*" "$here/$1.java" "${@:2}"
}

nats-server -a 127.0.0.1 -p "$port" >"$work/nats.log" 2>&1 &
nats=$!
pids+=($nats)
(run Capture "$url" "$work") || { cat "$work/nats.log" >&2; fail "no answer on $url; is the port free? (PORT=$port)"; }

declare -A to from
for kind in "${kinds[@]}"; do
  (run Responder "$kind" "$url" "$work") &
  responder=$!
  pids+=($responder)
  mkfifo "$work/$kind.in" "$work/$kind.out"
  (run Asker "$kind" "$url" "$work" "$nats" "$responder") <"$work/$kind.in" >"$work/$kind.out" &
  pids+=($!)
  exec {to[$kind]}>"$work/$kind.in" {from[$kind]}<"$work/$kind.out"
done

# ---- measurement -----------------------------------------------------------------------------
measure() { # KIND LOAD SECONDS: sets figures
  echo "$2 $3" >&"${to[$1]}"
  read -r -t $(($3 + 60)) figures <&"${from[$1]}" || fail "$1 did not answer"
}

# long, because two cores also compile: what has more code would be measured before it is compiled
for load in "flood 512" "flood 64"; do
  for kind in "${kinds[@]}"; do
    echo "warming up: $kind, $load" >&2
    measure "$kind" "$load" 15
  done
done
for round in $(seq "$rounds"); do
  for load in "${loads[@]}"; do
    for kind in "${kinds[@]}"; do
      measure "$kind" "$load" "$seconds"
      echo "round $round of $rounds: $kind, $load: $figures" >&2
      echo "$figures" >>"$work/$kind.${load/ /-}"
    done
  done
done

# ---- report ----------------------------------------------------------------------------------
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
column() { awk -v n="$3" '{print n == "all" ? $2 + $3 + $4 : $n}' "$work/$1.$2"; } # KIND LOAD COLUMN
of() { column "$@" | median; }
times() { # KIND LOAD: how much more CPU than plain, the median over rounds
  paste <(column "$1" "$2" all) <(column plain "$2" all) | awk '{print $1 / $2}' | median
}

echo
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r)," \
  "$("$java" --version | sed -n 2p | sed 's/.*build //; s/)$//'), $(nats-server --version)," \
  "request $(stat -c %s "$work/request.json") B, response $(stat -c %s "$work/response.json") B," \
  "$rounds rounds of $seconds s, load at the end $(cut -d' ' -f1 /proc/loadavg)"
for load in "${loads[@]}"; do
  echo
  case $load in
    flood*) echo "${load#* } in flight:" ;;
    pace*) echo "${load#* } requests/s:" ;;
  esac
  echo
  echo "| | requests/s | CPU µs/request: asker | nats-server | responder | all three | times plain | p50 µs | p99 µs |"
  echo "|---|---|---|---|---|---|---|---|---|"
  name=${load/ /-}
  for kind in "${kinds[@]}"; do
    printf '| %s | %.0f | %.1f | %.1f | %.1f | %.1f | %.2f | %.0f | %.0f |\n' "$kind" "$(of "$kind" "$name" 1)" \
      "$(of "$kind" "$name" 2)" "$(of "$kind" "$name" 3)" "$(of "$kind" "$name" 4)" "$(of "$kind" "$name" all)" \
      "$(times "$kind" "$name")" "$(of "$kind" "$name" 5)" "$(of "$kind" "$name" 6)"
  done
done
