# What boot, images and compose tests have in common about container engines. Source it after example/lib.sh.
images=$here/deploy/target/images
image_names="dhcp-server tftp-server http-server kernel-backend probe"

# find_engine: $engine is docker or podman, whichever answers, or what BOOTBUS_ENGINE names
engine=
find_engine() {
  local candidate
  for candidate in ${BOOTBUS_ENGINE:-docker podman}; do
    if command -v "$candidate" >/dev/null && "$candidate" version >/dev/null 2>&1; then
      engine=$candidate
      return 0
    fi
  done
  return 1
}

# own_engine DIR: a Docker engine that ends with this run. It has no network but what containers bring, and
# leaves iptables and sysctls alone
own_engine() {
  mkdir -p "$1" || die "cannot write $1"
  dockerd --data-root "$1/root" --exec-root "$1/run" --pidfile "$1/dockerd.pid" -H "unix://$1/docker.sock" \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false >"$1/dockerd.log" 2>&1 </dev/null &
  own_engine_pid=$! own_engine_dir=$1
  disown $own_engine_pid # it goes after all that stop_all waits for
  export DOCKER_HOST=unix://$1/docker.sock BOOTBUS_ENGINE=docker
  for _ in $(seq 300); do
    find_engine && return 0
    kill -0 $own_engine_pid 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 "$1/dockerd.log" >&2
  die "no Docker engine is running, and none could be started"
}
own_engine_pid=
stop_own_engine() {
  [ -n "$own_engine_pid" ] || return 0
  kill "$own_engine_pid" 2>/dev/null
  for _ in $(seq 100); do kill -0 "$own_engine_pid" 2>/dev/null && sleep 0.1 || break; done
  awk -v "at=$own_engine_dir/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null
  rm -rf "$own_engine_dir"
  own_engine_pid=
}

version() { sed -n 's|^  <version>\(.*\)</version>|\1|p' "$here/pom.xml" | head -n 1; }

# make_images: the five images as files in $images, unless they are newer than what they are made from
make_images() {
  build
  local name complete=1
  for name in $image_names; do [ "$images/$name.tar" -nt "$dist.tar.gz" ] || complete=; done
  [ -z "$complete" ] || [ ! -s "$images/images.tsv" ] || return 0
  [ -s "$dist/sbom.cdx.json" ] || die "the list of jars (deploy/target/sbom.cdx.json) is missing: build without Maven's -o"
  say "making the images (jlink, AOT caches, jib)"
  local stage=$here/deploy/target/stage
  "$here/deploy/stage" "$stage" || die "deploy/stage failed"
  rm -rf "$images"
  (inside=() && packaging Images "$stage" "$images" "$(version)") || die "jib could not make the images"
}

# load_images: into $engine, those that it does not have
load_images() {
  local name digest id size
  while read -r name digest id size; do
    [ "$($engine image inspect --format '{{.Id}}' "docker.io/bootbus/$name:$(version)" 2>/dev/null | sed 's/^sha256://')" = "${id#sha256:}" ] ||
      $engine load -q -i "$images/$name.tar" >&2 || die "$engine could not load $images/$name.tar"
  done <"$images/images.tsv"
}

# nats_image: sets $nats_image; the nats-server of this machine where none is named, as no registry may be near
nats_image() {
  nats_image=${BOOTBUS_NATS_IMAGE:-}
  [ -z "$nats_image" ] || return 0
  local nats tree library
  nats=$(PATH=$PATH:/usr/sbin command -v nats-server) tree=$(mktemp -d)
  mkdir -p "$tree"/{usr/sbin,tmp,etc} && chmod 755 "$tree" && chmod 1777 "$tree/tmp" && cp "$nats" "$tree/usr/sbin/"
  ldd "$nats" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$tree$(dirname "$library")" && cp -L "$library" "$tree$library"
  done
  nats_image=bootbus/nats:local
  tar -C "$tree" -c . | $engine import -c 'ENTRYPOINT ["/usr/sbin/nats-server"]' - $nats_image >/dev/null || die "$engine could not import nats-server"
  rm -rf "$tree"
}

# confined NAME: the options of `run` that give a container what deploy/README.md's table says, and no more
confined() {
  echo --read-only --tmpfs /tmp --cap-drop ALL --user 65532:65532
  case $1 in
    dhcp-server) echo --cap-add NET_BIND_SERVICE --cap-add NET_RAW ;;
    tftp-server | http-server) echo --cap-add NET_BIND_SERVICE ;;
    *) echo --security-opt no-new-privileges ;;
  esac
}
