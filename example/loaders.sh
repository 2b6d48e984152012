# Boot loaders that are not iPXE, for boot: what they need, their files, what the DHCP server says of them.
# Source it after lib.sh.
loaders="pxelinux pxelinux-folder lpxelinux syslinux-efi grub grub-http grub-netdir u-boot u-boot-pxe"
signed_grub=/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed
u_boot=/usr/lib/u-boot/qemu_arm64/u-boot.bin

# firmware_of LOADER: what it starts on
firmware_of() {
  case $1 in
    *pxelinux*) echo bios ;;
    syslinux-efi | grub*) echo uefi ;;
    u-boot*) echo arm64 ;;
    *) echo "$1" ;;
  esac
}

need_loader() {
  case $1 in
    *pxelinux*) need /usr/lib/PXELINUX/pxelinux.0 pxelinux ;;
    syslinux-efi) need /usr/lib/SYSLINUX.EFI/efi64/syslinux.efi syslinux-efi ;;
    grub-netdir | grub-http)
      need grub-mknetdir grub-common
      need /usr/lib/grub/x86_64-efi/net.mod grub-efi-amd64-bin
      ;;
    grub) need $signed_grub grub-efi-amd64-signed ;;
    u-boot*) need $u_boot u-boot-qemu ;;
  esac
  case $1 in
    *linux*) need /usr/lib/syslinux/modules/bios/ldlinux.c32 syslinux-common ;;
    u-boot-pxe) need mkimage u-boot-tools ;;
  esac
}

# fill_loader LOADER ROOT BOOT-URL: its own files. What it boots stands nowhere in the root.
fill_loader() {
  case $1 in
    pxelinux) fill_pxelinux pxelinux.0 "$2" "${3/http/tftp}" "" ;;
    pxelinux-folder) fill_pxelinux pxelinux.0 "$2" "${3/http/tftp}" pxe/ ;;
    lpxelinux) fill_pxelinux lpxelinux.0 "$2" "$3" "" ;;
    syslinux-efi) cp /usr/lib/SYSLINUX.EFI/efi64/syslinux.efi /usr/lib/syslinux/modules/efi64/ldlinux.e64 "$2/" ;;
    grub) cp $signed_grub "$2/grubnetx64.efi" ;;
    grub-netdir | grub-http)
      grub-mknetdir --net-directory="$2" --subdir=grub -d /usr/lib/grub/x86_64-efi --locales= --fonts= >/dev/null 2>&1 &&
        { [ $1 = grub-netdir ] || echo 'configfile (http,$net_default_server)/http/grub.cfg' >"$2/grub/grub.cfg"; }
      ;;
    u-boot) ;;
    u-boot-pxe)
      echo 'pxe get && pxe boot' >"$2/pxe.txt"
      mkimage -A arm64 -T script -C none -d "$2/pxe.txt" "$2/boot.scr.uimg" >/dev/null
      ;;
    *) return ;;
  esac || die "cannot write $2"
  mkdir "$out/more" && echo yes >"$out/more/more" && pack "$out/more" "$2/more.img"
  rm -rf "$out/more"
  [ "$(firmware_of $1)" != arm64 ] || cp "$assets"/arm64/{vmlinuz,initrd.img} "$2/" || die "cannot write $2"
}

# fill_pxelinux FILE ROOT URL FOLDER: QEMU's PXE ROM for BIOS is iPXE, and a backend's script for iPXE wins over every
# boot file: so iPXE finds this script on disk. PXELINUX takes its folder from option 210, else from that script's URL.
fill_pxelinux() {
  mkdir -p "$2/$4" && cp /usr/lib/PXELINUX/$1 /usr/lib/syslinux/modules/bios/ldlinux.c32 "$2/$4" &&
    printf '#!ipxe\nset 210:string %s\nchain %s\n' "$3$4" "$3$4$1" >"$2/boot.ipxe"
}

# boot_file_of LOADER: options for dhcp-server
boot_file_of() {
  case $1 in
    syslinux-efi) echo --boot-file efi-x64=syslinux.efi ;;
    grub) echo --boot-file efi-x64=grubnetx64.efi ;;
    grub-netdir | grub-http) echo --boot-file efi-x64=grub/x86_64-efi/core.efi ;;
  esac
}

# make_arm64: a kernel and an initramfs for 64-bit ARM, in $assets/arm64, by a list of packages of its own
make_arm64() {
  local work lists package
  [ ! -f "$assets/arm64/vmlinuz" ] || [ ! -f "$assets/arm64/initrd.img" ] || [ "$here/example/initramfs/init" -nt "$assets/arm64/initrd.img" ] || return 0
  say "fetching a kernel and busybox for 64-bit ARM (apt-get download, about 35 MB)"
  work=$(mktemp -d)
  lists=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
    -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
  mkdir -p "$work"/{lists,cache/archives,x}/partial "$assets/arm64"
  if ! (
    cd "$work" && apt-get -qq "${lists[@]}" update >&2
    package=$(apt-cache "${lists[@]}" depends linux-image-cloud-arm64 | sed -n 's/.*Depends: *\(linux-image-[^ ]*\)$/\1/p' | head -n 1)
    apt-get -qq "${lists[@]}" download "$package" busybox-static >&2 && for package in *.deb; do dpkg -x "$package" x || exit; done
  ); then
    rm -rf "$work"
    die "apt-get could not download a kernel for arm64"
  fi
  make_initrd "$work/x" "$assets/arm64/initrd.$$"
  cp "$work"/x/boot/vmlinuz-* "$assets/arm64/vmlinuz.$$" && mv "$assets/arm64/vmlinuz.$$" "$assets/arm64/vmlinuz" &&
    mv "$assets/arm64/initrd.$$" "$assets/arm64/initrd.img" || die "cannot write $assets"
  rm -rf "$work"
}
