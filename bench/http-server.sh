#!/bin/bash
# http-server.sh: http-server in the foreground, for any harness that measures HTTP servers. It takes
# no arguments, ends when it gets SIGTERM, and leaves no process and no file behind.
#
#   IP_SRV     address to serve on
#   HTTP_ROOT  folder with the files
#   HTTP_PORT  TCP port                                                                    (80)
#   BOOTBUS    folder made by `mvn package -DskipTests -pl deploy -am`  (deploy/target/bootbus, built
#              when it is not there)
#
# It asks nobody for files that are not in the folder, and tells nobody what it serves.
#
#   BENCH_LOG=WARN         no log line for each request                                 (INFO)
#   BENCH_OPTIONS          further options, with spaces between them
#   BOOTBUS_JAVA_OPTS      further options for the JVM
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bootbus=${BOOTBUS:-$here/../deploy/target/bootbus}
: "${IP_SRV:?}" "${HTTP_ROOT:?}"

if [ ! -x "$bootbus/bin/bootbus" ]; then
  if [ -n "${BOOTBUS:-}" ]; then
    echo "http-server.sh: no $bootbus/bin/bootbus" >&2
    exit 2
  fi
  echo "http-server.sh: building $bootbus" >&2
  (cd "$here/.." && mvn -q -B -ntp -DskipTests -pl deploy -am package >&2)
fi
export BOOTBUS_LOG_LEVEL=${BENCH_LOG:-INFO}
# shellcheck disable=SC2086  # the options are words on purpose
exec "$bootbus/bin/bootbus" http-server --root "$HTTP_ROOT" --address "$IP_SRV" \
  --http-port "${HTTP_PORT:-80}" --nats nats://127.0.0.1:1 --events off ${BENCH_OPTIONS:-}
