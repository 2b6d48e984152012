#!/usr/bin/env bash
# How long the four services take to be ready, started one by one and all at once, and what they hold
# when idle. Unprivileged ports on loopback; needs nats-server and a built deploy/target/bootbus.
set -uo pipefail
. "$(dirname "$0")/../../example/lib.sh"
idle=${1:-10} out=$(mktemp -d) inside=() services="kernel-backend tftp-server http-server dhcp-server"
build
trap 'stop_all; rm -rf "$out"' EXIT
export BOOTBUS_NATS_URL=nats://127.0.0.1:14444
start_nats 14444
options() {
  case $1 in
    kernel-backend) echo --pool 192.0.2.1-192.0.2.99 --subnet-mask 255.255.255.0 ;;
    tftp-server) echo --root "$out" --address 127.0.0.1 --port 0 ;;
    http-server) echo --root "$out" --address 127.0.0.1 --http-port 0 ;;
    dhcp-server) echo --address 127.0.0.1 --port 0 --client-port 1 --proxy-port 0 ;;
  esac
}
now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
# until_ready NAME SINCE: milliseconds until its ready line was there
until_ready() {
  until grep -qa ' ready ' "$out/$1.log"; do sleep 0.005; done
  echo $(($(now) - $2))
}
declare -A alone together rss cpu
for service in $services; do
  since=$(now)
  start_service $service $(options $service)
  alone[$service]=$(until_ready $service $since)
  kill ${pids[-1]}
  wait ${pids[-1]} 2>/dev/null
  unset 'pids[-1]' 'names[-1]'
done
since=$(now)
for service in $services; do : >"$out/$service.log"; start_service $service $(options $service); done
for service in $services; do together[$service]=$(until_ready $service $since); done
sleep "$idle"
i=1
for service in $services; do
  rss[$service]=$(awk '/VmRSS/ {printf "%d", $2 / 1024}' /proc/${pids[$i]}/status)
  cpu[$service]=$(awk -v hz="$(getconf CLK_TCK)" '{printf "%.2f", ($14 + $15) / hz}' /proc/${pids[$i]}/stat)
  i=$((i + 1))
done
echo "| service | ready alone, ms | all four at once, ms | RSS after $idle s idle, MiB | CPU by then, s |"
echo "|---|---|---|---|---|"
for service in $services; do
  echo "| $service | ${alone[$service]} | ${together[$service]} | ${rss[$service]} | ${cpu[$service]} |"
done
