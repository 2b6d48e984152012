#!/usr/bin/env bash
# The whole stack in the foreground, from the environment, so that any test lab can drive it:
#   LAB_MODE        dhcp | proxy
#   LAB_IF LAB_IP LAB_NET LAB_MASK    interface, its address, network, mask
#   LAB_RANGE       addresses to lease, "first,last"
#   LAB_ROOT        directory served over TFTP and HTTP
#   LAB_HTTP_PORT   80 unless set
#   LAB_FILE_BIOS LAB_FILE_EFI64 LAB_FILE_ARM64    boot file for arch 0 / 7 and 9 / 11
#   LAB_URL_EFI64 LAB_URL_ARM64                    URL for HTTP-boot clients, arch 16 / 19
#   LAB_URL_IPXE    script for iPXE clients; empty: treat iPXE like any client
#   LAB_OPTS        extra DHCP options, "code=text code=text"
#   LAB_OUT         directory for logs
#   LAB_NATS_PORT   4222 unless set
set -uo pipefail
. "$(dirname "$0")/lib.sh"

: "${LAB_MODE:?dhcp or proxy}" "${LAB_IF:?interface}" "${LAB_IP:?address of the interface}" "${LAB_ROOT:?directory to serve}"
out=${LAB_OUT:-$(mktemp -d)}/bootbus http=${LAB_HTTP_PORT:-80} nats_port=${LAB_NATS_PORT:-4222}
inside=()
mkdir -p "$out"
need nats-server nats-server
install_missing
build
trap 'stop_all; exit' EXIT
trap 'exit 143' INT TERM

ip link set lo up 2>/dev/null
export BOOTBUS_NATS_URL=nats://127.0.0.1:$nats_port
dhcp=(--interface "$LAB_IF" --address "$LAB_IP" --mode "$LAB_MODE" --http-port "$http" --ipxe-script "${LAB_URL_IPXE:-}"
  --boot-file "bios=${LAB_FILE_BIOS:-}" --boot-file "efi-x64=${LAB_FILE_EFI64:-}" --boot-file "efi-arm64=${LAB_FILE_ARM64:-}"
  --boot-url "efi-x64-http=${LAB_URL_EFI64:-}" --boot-url "efi-arm64-http=${LAB_URL_ARM64:-}")
for option in ${LAB_OPTS:-}; do dhcp+=(--option "$option"); done
backend=()
[ "$LAB_MODE" = proxy ] || backend=(--pool "$LAB_RANGE" --subnet-mask "${LAB_MASK:-255.255.255.0}" --gateway "$LAB_IP" --dns "$LAB_IP")

start_nats "$nats_port"
start_service kernel-backend ${backend[@]+"${backend[@]}"}
start_service tftp-server --root "$LAB_ROOT"
start_service http-server --root "$LAB_ROOT" --http-port "$http"
start_service dhcp-server "${dhcp[@]}"
for service in kernel-backend tftp-server http-server dhcp-server; do
  wait_ready $service ' ready ' || exit 1
done
say "up: $LAB_MODE on $LAB_IF $LAB_IP, serving $LAB_ROOT; logs in $out"
tail -n +1 -q -F "$out"/{kernel-backend,tftp-server,http-server,dhcp-server}.log &
pids+=($!)
wait -n "${pids[@]:0:5}"
say "a process ended:"
tail -n 3 "$out"/*.log >&2
exit 1
