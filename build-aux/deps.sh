#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# build-aux/deps.sh GROUP…  installs what is missing of the Debian packages
# that a group needs (Debian 12 or later):
#   build   compile everything        run    start the programs
#   test    run the tests             style  format, lint
#   flatpak build the Flatpak, make a runtime for it, and try it
#   labs    servers of others to try it with
#   bench   what tests/bench/run compares with; a later system for tests/net/newer
# With --list it only prints the names. As root, or through sudo.
set -euo pipefail

# The groups are read by their names, below.
# shellcheck disable=SC2034
build=(
  gcc libc6-dev meson ninja-build pkg-config gettext desktop-file-utils appstream
  libglib2.0-dev libgtk-4-dev libgtk-4-bin libadwaita-1-dev libsoup-3.0-dev
  libjson-glib-dev libsecret-1-dev libgcrypt20-dev libqrencode-dev
  libnautilus-extension-dev libthunarx-3-dev libcaja-extension-dev
)
# shellcheck disable=SC2034
run=(
  glib-networking ca-certificates dbus-bin dbus-daemon adwaita-icon-theme
  librsvg2-common fonts-dejavu-core
)
# shellcheck disable=SC2034
test=(
  xvfb xauth x11-utils xdotool imagemagick openbox at-spi2-core gnome-keyring
  libsecret-tools python3 python3-gi python3-dbusmock gir1.2-atspi-2.0 openssl curl procps
  gvfs gvfs-backends gvfs-fuse fuse3 openssh-client openssh-server openssh-sftp-server
  nautilus python3-nautilus thunar caja nemo dolphin pcmanfm pcmanfm-qt libfm-modules libqt5svg5 qtwayland5 libatk-adaptor
  xfce4-panel xfce4-notifyd xfconf xclip sway waybar grim wtype wl-clipboard man-db fish zsh python3-django python3-boto3
  zbar-tools python3-swift awscli s3cmd rclone util-linux-extra
)
# shellcheck disable=SC2034
style=(clang-format clang-tidy shellcheck python3)

# shellcheck disable=SC2034
flatpak=(
  flatpak flatpak-builder bubblewrap ostree fuse3 mmdebstrap dbus-user-session elfutils patch git gpg
  xdg-desktop-portal xdg-desktop-portal-gtk xdg-desktop-portal-gnome
)

# Servers that only the command of the labs starts.
# shellcheck disable=SC2034
labs=(radosgw ceph-mon ceph-osd ceph-common)

# shellcheck disable=SC2034
bench=(libssl-dev libgnutls28-dev curl rclone awscli s3cmd python3-boto3 openssl iproute2 mmdebstrap)

lock_wait_s=900

die() {
  echo "deps.sh: $*" >&2
  exit 1
}

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]
}

as_root() {
  if ((EUID == 0)); then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    die "not root and no sudo; please install: ${missing[*]}"
  fi
}

# apt-get update has no option to wait for its own lock (apt 2.6), install has.
update_lists() {
  local end=$((SECONDS + lock_wait_s)) out
  until out=$(as_root apt-get -q update 2>&1); do
    if [[ $out != *"Could not get lock"* ]] || ((SECONDS > end)); then
      printf '%s\n' "$out" >&2
      die "apt-get update failed"
    fi
    sleep 2
  done
}

list_only=
if [[ ${1:-} == --list ]]; then
  list_only=1
  shift
fi
(($# > 0)) || die "which group? build, run, test, style, flatpak, labs, bench"

wanted=()
for group in "$@"; do
  case $group in
    build | run | test | style | flatpak | labs | bench)
      declare -n names=$group
      wanted+=("${names[@]}")
      ;;
    *) die "no group named $group" ;;
  esac
done

if [[ $list_only ]]; then
  printf '%s\n' "${wanted[@]}" | sort -u
  exit
fi
if ! command -v apt-get >/dev/null; then
  echo "deps.sh: no apt-get here, going on with what is installed" >&2
  exit
fi

missing=()
for name in "${wanted[@]}"; do
  is_installed "$name" || missing+=("$name")
done
((${#missing[@]} > 0)) || exit 0

echo "Installing ${#missing[@]} packages: ${missing[*]}"
update_lists
as_root apt-get -q -y -o "DPkg::Lock::Timeout=$lock_wait_s" -o Dpkg::Use-Pty=0 \
  install --no-install-recommends "${missing[@]}"
