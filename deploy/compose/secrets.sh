#!/bin/sh
# Makes a password for each user of nats-server.conf, once: secrets/NAME.password for the services, and all of them in
# secrets/nats.env for nats-server. The folder is yours alone; in it they are readable, as containers are another user.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
for user in dhcp tftp http kernel backend operator observer; do
  [ -s secrets/$user.password ] || echo "p$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" >secrets/$user.password
  chmod 444 secrets/$user.password
  echo "BOOTBUS_$(echo $user | tr a-z A-Z)_PASSWORD=$(cat secrets/$user.password)"
done >secrets/nats.env
