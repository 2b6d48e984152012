#!/bin/bash
# dnsmasq in the foreground, DHCP only, with the environment of dhcp-stack.sh and NETMASK. Its lease file
# is written as shipped; no line for each packet, and no ping before an offer, as the others here.
set -euo pipefail
work=$STATE/dnsmasq
mkdir -p "$work"
exec dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file="$work/pid" \
  --dhcp-leasefile="$work/leases" --log-facility="$work/log" --quiet-dhcp --no-ping --dhcp-authoritative \
  --interface="$IF_SRV" --bind-interfaces --dhcp-range="$POOL_FIRST,$POOL_LAST,$NETMASK,1h" --dhcp-lease-max=100000 \
  --dhcp-option=option:router,"$IP_SRV" --dhcp-option=option:dns-server,"$IP_SRV" --domain=bench.test \
  --dhcp-match=set:bios,option:client-arch,0 --dhcp-boot=tag:bios,undionly.kpxe,,"$IP_SRV" \
  --dhcp-match=set:x64,option:client-arch,7 --dhcp-boot=tag:x64,ipxe.efi,,"$IP_SRV"
