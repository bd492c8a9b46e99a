#!/bin/bash
# private_root.sh FOLDER: starts systemd as the first process of a machine of its own, which has this one's programs and
# none of its services, and which says in FOLDER/said what FOLDER/driver, the script that it runs, has to say.
#
# Everything is mounted in a namespace that nobody else sees and that ends with its last process: what is written goes
# to memory, this machine's root is only read, and processes, network, host name and control groups are its own.
set -euo pipefail
folder=$1 inside=${2:-}
# Kept before the root is another one.
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")

if [ -z "$inside" ]; then
    exec unshare --mount --propagation private bash "$here" "$folder" group
fi
if [ "$inside" = group ]; then
    # A control group of its own, whose name nobody else has; the kernel keeps it until it is removed.
    groups=$folder/groups
    mkdir "$groups"
    mount -t cgroup2 cgroup2 "$groups"
    group=$groups/mtlsca-test-$$
    mkdir "$group"
    # shellcheck disable=SC2317
    leave() {
        kill "$reader"
        echo $$ >"$groups/cgroup.procs"
        find "$group" -depth -type d -exec rmdir {} +
        umount "$groups"
    }
    trap leave EXIT
    mkfifo "$folder/kmsg"
    cat <>"$folder/kmsg" >"$folder/log" &
    reader=$!
    echo $$ >"$group/cgroup.procs"
    timeout --signal=KILL 240 unshare --pid --fork --kill-child --mount --net --uts --ipc --cgroup --propagation private \
        bash "$here" "$folder" root
    exit
fi

mkdir "$folder/layers"
mount -t tmpfs -o mode=755 tmpfs "$folder/layers"
mkdir "$folder/layers/upper" "$folder/layers/work" "$folder/layers/root"
root=$folder/layers/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
# What this machine would start and mount.
for place in dev run tmp etc/systemd/system usr/lib/systemd/system/{sysinit,local-fs,local-fs-pre,multi-user,sockets,timers,basic}.target.wants; do
    mkdir -p "$root/$place"
    mount -t tmpfs -o mode=755 tmpfs "$root/$place"
done
mount --bind /dev/null "$root/etc/fstab"
chmod 1777 "$root/tmp"
while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
# Where systemd says why it does not start something.
touch "$root/dev/kmsg"
mount --bind "$folder/kmsg" "$root/dev/kmsg"
mkdir "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mkdir "$root/dev/shm" "$root/run/test"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$folder" "$root/run/test"
cp -r "$folder"/units/. "$root/etc/systemd/system"
cat >"$root/etc/systemd/system/driver.service" <<END
[Service]
Type=oneshot
ExecStart=/bin/bash /run/test/driver
ExecStopPost=/usr/bin/systemctl --force exit
END
# There is no journal.
mkdir "$root/etc/systemd/system/service.d"
printf '[Service]\nStandardOutput=append:/run/test/said\nStandardError=append:/run/test/said\n' \
    >"$root/etc/systemd/system/service.d/output.conf"
printf '[Unit]\nWants=driver.service\n' >"$root/etc/systemd/system/driver.target"
: >"$folder/said"
# Services have namespaces of their own, into which systemd brings credentials by propagation.
mount --make-rshared "$root"
cd "$root"
exec chroot . /usr/bin/env -i container=mtlsca PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
    --unit=driver.target --log-target=kmsg --show-status=no
