#!/bin/sh
# Print each file as one initialiser of the table in src/base/embed.c:
# { "name", (const char[]){ bytes..., 0 }, length },
# With `--image NAME FILE`: a C file that defines NAME and NAME_len.
set -eu
bytes() {
	od -An -v -tu1 "$1" | sed 's/\([0-9][0-9]*\)/(char)\1,/g'
}
if [ "$1" = --image ]; then
	printf '#include "proc/%s.h"\nconst char %s[] = {\n' "$2" "$2"
	bytes "$3"
	printf '};\nconst size_t %s_len = sizeof(%s);\n' "$2" "$2"
	exit
fi
for file; do
	printf '{ "%s", (const char[]){' "$(basename "$file")"
	bytes "$file"
	printf '0 }, %s },\n' "$(wc -c < "$file" | tr -d ' ')"
done
