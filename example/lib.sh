# What boot, up and lab-server.sh have in common: needs, build, processes. Source it with bash.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dist=$here/deploy/target/bootbus
pids=() names=()

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 2; }

is25() {
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null) && [ "${version:-0}" -ge 25 ]
}
find_java() {
  local candidate on_path
  on_path=$(readlink -f "$(command -v javac || echo /nonexistent/bin/javac)")
  for candidate in "${JAVA_HOME:-/nonexistent}" "${on_path%/bin/javac}" /usr/lib/jvm/*; do
    if is25 "$candidate" && [ -x "$candidate/bin/javac" ]; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

# need COMMAND-OR-FILE PACKAGE: remembers the package when the command or file is not there
missing=()
need() {
  [ -e "$1" ] || PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 || missing+=("$2")
}

apt_refreshed=
apt() {
  [ -n "$apt_refreshed" ] || apt-get -qq update >&2 || say "apt-get update failed; going on with the package list at hand"
  apt_refreshed=1
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >&2
}

install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "install these first: ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "as root, run: apt-get install ${missing[*]}"
  say "installing ${missing[*]} (apt-get)"
  apt install -y --no-install-recommends "${missing[@]}" || die "apt-get could not install ${missing[*]}"
  missing=()
}

need_java() {
  find_java && return
  local package
  for package in temurin-25-jdk openjdk-25-jdk-headless; do
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt install -y --no-install-recommends $package 2>/dev/null; then
      say "installed $package"
      break
    fi
  done
  find_java || die "no JDK 25 found: install one (for example: apt-get install temurin-25-jdk) or set JAVA_HOME"
}

# build: the four services as a folder, and what makes images of it, unless it is newer than every source
build() {
  [ -z "${BOOTBUS_BUILT:-}" ] || { need_java; return 0; } # a test, which runs inside of a build
  need_java
  local changed
  local made=$dist.tar.gz
  # what makes the images is built last
  if [ -f "$made" ] && [ -d "$here/deploy/packaging/target/lib" ]; then
    changed=$(find "$here" \( -path '*/target' -o -path '*/.git' \) -prune -o \( -path '*/src/main/*' -o -path '*/deploy/src/*' -o -name pom.xml \) -newer "$made" -type f -print -quit)
    [ -n "$changed" ] || return 0
  fi
  need mvn maven
  install_missing
  say "building (mvn package, without tests; the first time it also downloads what it needs)"
  (cd "$here" && MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" mvn -q -B -ntp -DskipTests -pl deploy,deploy/packaging -am package >&2) || die "the build failed; see above"
}

# one_of WORD WORD…: whether the first is among the others
one_of() {
  local wanted=$1 word
  shift
  for word in "$@"; do [ "$word" != "$wanted" ] || return 0; done
  return 1
}

# start NAME COMMAND…: a process of its own, its output in $out/NAME.log
start() {
  local name=$1
  shift
  "$@" >"$out/$name.log" 2>&1 </dev/null &
  pids+=($!)
  names+=("$name")
}

# start_service NAME OPTION…
start_service() {
  local name=$1
  shift
  start "$name" ${inside[@]+"${inside[@]}"} "$dist/bin/bootbus" "$name" "$@"
}

start_nats() {
  local store=$out/nats
  mkdir -p "$store"
  start nats-server ${inside[@]+"${inside[@]}"} "$(PATH=$PATH:/usr/sbin command -v nats-server)" -a 127.0.0.1 -p "$1" -js -sd "$store"
}

# wait_ready NAME PATTERN: until the pattern is in its log; ends with the log's tail when the process dies or 30 s pass
wait_ready() {
  local i pid=
  for i in "${!names[@]}"; do [ "${names[$i]}" = "$1" ] && pid=${pids[$i]}; done
  for _ in $(seq 300); do
    grep -qaE "$2" "$out/$1.log" && return 0
    if ! kill -0 "$pid" 2>/dev/null; then
      say "$1 ended:"
      tail -n 5 "$out/$1.log" >&2
      return 1
    fi
    sleep 0.1
  done
  say "$1 was not ready in 30 s:"
  tail -n 5 "$out/$1.log" >&2
  return 1
}

# stop_all: what start started, last first; they get 3 s
stop_all() {
  local pid i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[$i]}" 2>/dev/null; done
  for _ in $(seq 30); do
    local alive=
    for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null && alive=1; done
    [ -n "$alive" ] || break
    sleep 0.1
  done
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null; done
  wait 2>/dev/null
}

# the languages of example/responders; each has an arm in the two functions below
responders="java node python go"
need_responder() {
  case $1 in
    node) need node nodejs; need npm npm ;;
    python) need python3 python3 ;;
    go)
      need go golang-go
      ! command -v apt-get >/dev/null || need "$gopath/src/github.com/nats-io/nats.go" golang-github-nats-io-go-nats-dev
      ;;
  esac
}

# make_responder LANGUAGE: builds it, outside the source tree; the command that runs it is then in $responder
gopath=/usr/share/gocode
make_responder() {
  local source=$here/example/responders/$1 made=$assets/responders/$1 work
  mkdir -p "$made" || die "cannot write $made"
  case $1 in
    node)
      if ! cmp -s "$source/package.json" "$made/package.json"; then
        say "fetching what package.json names (npm install)"
        work=$(mktemp -d "$assets/responders/npm.XXXXXX") && cp "$source"/{package.json,.npmrc} "$work/" || die "cannot write $assets"
        if ! (cd "$work" && npm install --loglevel=error --no-audit --no-fund --ignore-scripts >&2); then
          rm -rf "$work"
          die "npm could not install what $source/package.json names"
        fi
        rm -rf "$made" && mv "$work" "$made"
      fi
      cmp -s "$source/responder.mjs" "$made/responder.mjs" || cp "$source/responder.mjs" "$made/" || die "cannot write $made"
      responder=(node "$made/responder.mjs")
      ;;
    python) responder=(python3 "$source/responder.py") ;;
    java)
      build
      # it takes the bus from the environment, as all that is written with the SDK
      responder=(bash -c 'BOOTBUS_NATS_URL=${5:-${NATS_URL:-nats://127.0.0.1:4222}} exec "$0" java "$1" "${3:-machines.csv}"' "$dist/bin/bootbus" "$source/CsvBackend.java")
      ;;
    go)
      local how=(GO111MODULE=off "GOPATH=$gopath")
      [ -d "$gopath/src/github.com/nats-io/nats.go" ] || how=(GO111MODULE=on)
      (cd "$source" && env CGO_ENABLED=0 "${how[@]}" go build -buildvcs=false -o "$made/responder.$$" . >&2) || die "go could not build $source"
      mv -f "$made/responder.$$" "$made/responder"
      responder=("$made/responder")
      ;;
  esac
}

# fetch PACKAGE: a Debian package unpacked (not installed, so no root is needed) into $assets/PACKAGE
assets=${BOOTBUS_ASSETS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/bootbus}
fetch() {
  [ ! -d "$assets/$1" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || die "no apt-get to download $1 with: put the files of the demo into $assets yourself (vmlinuz initrd.img undionly.kpxe ipxe.efi)"
  local work
  work=$(mktemp -d)
  if ! (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1" >&2); then
    rm -rf "$work"
    die "apt-get could not download $1"
  fi
  dpkg -x "$work"/*.deb "$work/x" && mkdir -p "$assets" && mv "$work/x" "$assets/$1"
  rm -rf "$work"
}

# make_initrd FOLDER FILE: an initramfs whose only program says that it runs, with the busybox unpacked in FOLDER
make_initrd() {
  local tree busybox
  busybox=$(find "$1" -path '*/bin/busybox' -type f -print -quit)
  [ -n "$busybox" ] || die "busybox-static holds no busybox"
  tree=$(mktemp -d)
  mkdir -p "$tree/bin" "$tree/dev"
  cp "$busybox" "$tree/bin/busybox"
  cp "$here/example/initramfs/init" "$tree/init"
  pack "$tree" "$2"
  rm -rf "$tree"
}
# pack FOLDER FILE: an initramfs with what is in the folder
pack() {
  local busybox
  busybox=$(find "$assets/busybox-static" -path '*/bin/busybox' -type f -print -quit)
  (cd "$1" && find . | "$busybox" cpio -o -H newc -R 0:0 2>/dev/null | gzip -1) >"$2"
}

# make_assets: what the demo serves: a kernel, an initramfs whose only program says so, two loaders
make_assets() {
  local file complete=1 image
  for file in vmlinuz initrd.img undionly.kpxe ipxe.efi; do [ -f "$assets/$file" ] || complete=; done
  if [ -n "$complete" ] && [ ! "$here/example/initramfs/init" -nt "$assets/initrd.img" ]; then return 0; fi
  say "fetching a kernel, busybox and iPXE to serve (apt-get download, about 35 MB)"
  [ -n "$(apt-cache depends linux-image-cloud-amd64 2>/dev/null)" ] || [ "$(id -u)" != 0 ] || apt check
  image=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: *\(linux-image-[^ ]*\)$/\1/p' | head -n 1)
  [ -n "$image" ] || die "apt-get knows no package linux-image-cloud-amd64 to take a kernel from: run apt-get update as root"
  fetch "$image"
  fetch busybox-static
  fetch ipxe
  make_initrd "$assets/busybox-static" "$assets/initrd.part"
  cp "$assets"/ipxe/usr/lib/ipxe/{undionly.kpxe,ipxe.efi} "$assets/"
  cp "$assets/$image"/boot/vmlinuz-* "$assets/vmlinuz" && mv "$assets/initrd.part" "$assets/initrd.img"
}
