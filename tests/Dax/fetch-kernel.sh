#!/bin/sh
# Downloads Debian's cloud kernel and unpacks it into a folder, for tests/Dax. Nothing is installed.
# usage: tests/Dax/fetch-kernel.sh FOLDER; then run the tests with PKV_GUEST_KERNEL=FOLDER
set -eu
[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
cd "$1"
package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[^ ]*\).*/\1/p' | head -1)
[ -n "$package" ] || { echo "apt knows no linux-image-cloud-amd64 (run apt-get update; Debian only)" >&2; exit 1; }
apt-get -qq download "$package"
dpkg -x "$package"_*.deb .
rm -f "$package"_*.deb
ls boot/vmlinuz-* >/dev/null
