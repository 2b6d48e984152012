#!/bin/bash
# tftp-server.sh: tftp-server in the foreground, without a bus, for any harness that measures TFTP
# servers. It takes no arguments, and ends when it gets SIGTERM.
#
#   IP_SRV      own address; UDP port 69 there
#   TFTP_ROOT   directory to serve
#   BOOTBUS     folder made by `mvn package -DskipTests -pl deploy -am`   (deploy/target/bootbus)
#
#   BENCH_ENGINE=auto      gso, mmsg or nio
#   BENCH_LOG=WARN         INFO is a log line for each transfer
#   BENCH_OPTIONS          further options, with spaces between them
#   BOOTBUS_JAVA_OPTS      further options for the JVM
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bootbus=${BOOTBUS:-$here/../deploy/target/bootbus}
: "${IP_SRV:?}" "${TFTP_ROOT:?}"
[ -x "$bootbus/bin/bootbus" ] || {
  echo "tftp-server.sh: no $bootbus/bin/bootbus: run mvn package -DskipTests -pl deploy -am" >&2
  exit 2
}
export BOOTBUS_LOG_LEVEL=${BENCH_LOG:-WARN}
# all clients of a harness have one address
# shellcheck disable=SC2086  # the options are words on purpose
exec "$bootbus/bin/bootbus" tftp-server --address "$IP_SRV" --root "$TFTP_ROOT" --engine "${BENCH_ENGINE:-auto}" \
  --max-transfers 4096 --max-per-peer 4096 --max-rate 0 --nats nats://127.0.0.1:1 --events off ${BENCH_OPTIONS:-}
