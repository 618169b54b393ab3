#!/bin/sh
# Make a bare Debian 12 in the folder $1, from the tarball $2 where that is there,
# which else is made by debootstrap: a minute, and a mirror that can be reached.
# Status 1 where one of these is missing, and why.
set -u
folder=$1 tarball=$2

missing() {
	echo "check-deb: no bare Debian to install into: $1"
	rm -rf "$folder"
	exit 1
}

[ "$(id -u)" = 0 ] || missing 'that takes root'
command -v debootstrap >/dev/null 2>&1 || missing 'no debootstrap'
rm -rf "$folder"
if [ ! -e "$tarball" ]; then
	log=$tarball.log
	debootstrap --variant=minbase bookworm "$folder" > "$log" 2>&1 ||
		missing "debootstrap failed: $(tail -n 1 "$log")"
	# What the package depends on is fetched now: what fails later is ours.
	chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -d --no-install-recommends git >> "$log" 2>&1 ||
		missing "git could not be fetched: $(tail -n 1 "$log")"
	tar -C "$folder" --one-file-system -cf "$tarball.new" . &&
		mv "$tarball.new" "$tarball"
else
	mkdir -p "$folder" && tar -C "$folder" -xf "$tarball"
fi
