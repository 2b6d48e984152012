#!/bin/bash
# ISC dhcpd in the foreground, with the environment of dhcp-stack.sh, NETWORK and NETMASK. As shipped it
# syncs its lease file to the disk before an ACK; no ping before an offer, as the others here.
set -euo pipefail
work=$STATE/isc
mkdir -p "$work"
: >"$work/leases"
cat >"$work/dhcpd.conf" <<CONF
authoritative; ddns-update-style none; ping-check false;
default-lease-time 3600; max-lease-time 3600;
option domain-name-servers $IP_SRV; option domain-name "bench.test";
option client-arch code 93 = unsigned integer 16;
subnet $NETWORK netmask $NETMASK {
  range $POOL_FIRST $POOL_LAST;
  option routers $IP_SRV; next-server $IP_SRV;
  if option client-arch = 00:07 { filename "ipxe.efi"; } elsif option client-arch = 00:00 { filename "undionly.kpxe"; }
}
CONF
exec dhcpd -4 -f -q -cf "$work/dhcpd.conf" -lf "$work/leases" -pf "$work/pid" "$IF_SRV"
