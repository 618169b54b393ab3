#!/bin/sh
# Print each file as one initialiser of the table in src/base/embed.c:
# { "name", (const char[]){ bytes..., 0 }, length },
set -eu
for file; do
	printf '{ "%s", (const char[]){' "$(basename "$file")"
	od -An -v -tu1 "$file" | sed 's/\([0-9][0-9]*\)/(char)\1,/g'
	printf '0 }, %s },\n' "$(wc -c < "$file" | tr -d ' ')"
done
