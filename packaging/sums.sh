#!/bin/sh
# The checksums of what is in the folder $1, as `sha256sum -c` reads them.
set -eu
cd "$1"
rm -f SHA256SUMS
sum() {
	if command -v sha256sum >/dev/null 2>&1; then
		sha256sum "$1"
	else
		shasum -a 256 "$1"
	fi
}
find . -type f ! -name '*.new' | sed 's,^\./,,' | LC_ALL=C sort |
	while IFS= read -r file; do sum "$file"; done > SHA256SUMS.new
mv SHA256SUMS.new SHA256SUMS
echo "  DIST    $1/SHA256SUMS"
