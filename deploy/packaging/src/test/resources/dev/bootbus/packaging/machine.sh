#!/bin/bash
# machine.sh DIR: systemd on what this machine has on its disk, in namespaces of its own (unshare -pfmnuiC). What it
# writes is below DIR. Nothing that this machine has enabled is started.
set -e
root=$1/root
mkdir -p "$1"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
for folder in run tmp sys/fs/cgroup; do mount -t tmpfs tmpfs "$root/$folder"; done
mkdir "$root"/sys/fs/cgroup/{systemd,unified}
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd" || true # where there is no version 1
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
mount --rbind /dev "$root/dev"
mkdir "$root/tmp/package"
mount --bind "$1/package" "$root/tmp/package"
rm -rf "$root"/etc/systemd/system/*.wants
: >"$root/etc/fstab"
ip link set lo up
cd "$root"
mkdir -p tmp/outside
pivot_root . tmp/outside # with a mere chroot nobody gets a user namespace (PrivateUsers=)
umount -l tmp/outside
exec env -i container=bootbus PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  /lib/systemd/systemd --system --unit=sysinit.target --log-target=journal
