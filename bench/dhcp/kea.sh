#!/bin/bash
# Kea in the foreground, with the environment of dhcp-stack.sh and SUBNET. Leases in memory and appended
# to a file, a thread per core, raw sockets. Its default queue of 64 packets lost some at half of the rate.
set -euo pipefail
work=$STATE/kea
mkdir -p "$work"
export KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=$work
cat >"$work/kea.json" <<CONF
{ "Dhcp4": {
  "interfaces-config": { "interfaces": [ "$IF_SRV" ] },
  "multi-threading": { "enable-multi-threading": true, "thread-pool-size": $(nproc),
                       "packet-queue-size": ${KEA_QUEUE:-256} },
  "lease-database": { "type": "memfile", "persist": true, "name": "$work/leases.csv" },
  "valid-lifetime": 3600,
  "option-data": [ { "name": "domain-name-servers", "data": "$IP_SRV" },
                   { "name": "domain-name", "data": "bench.test" } ],
  "client-classes": [
    { "name": "bios", "test": "option[93].hex == 0x0000", "next-server": "$IP_SRV", "boot-file-name": "undionly.kpxe" },
    { "name": "x64", "test": "option[93].hex == 0x0007", "next-server": "$IP_SRV", "boot-file-name": "ipxe.efi" } ],
  "subnet4": [ { "subnet": "$SUBNET", "pools": [ { "pool": "$POOL_FIRST - $POOL_LAST" } ],
                 "option-data": [ { "name": "routers", "data": "$IP_SRV" } ] } ],
  "loggers": [ { "name": "kea-dhcp4", "severity": "WARN", "output_options": [ { "output": "$work/kea.log" } ] } ]
} }
CONF
exec kea-dhcp4 -c "$work/kea.json"
