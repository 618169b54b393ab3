#!/bin/sh
# The libraries that come in with libgit2's archive, with the versions that their
# headers name, as one C string: "http-parser 2.9.4", ...  $CC compiles,
# the arguments are the words that the program is linked with.
set -eu

# NAME HEADER MACROS: nothing where the header is not there.
version_of() {
	name=$1
	header=$2
	shift 2
	text=$(printf '#include <%s>\n@ %s\n' "$header" "$*" |
		$CC -E -P - 2>/dev/null | tr '\n' ' ' |
		sed 's/.*@ *//; s/"//g; s/ *$//; s/  */./g')
	[ -z "$text" ] || printf '\t"%s %s",\n' "$name" "$text"
}

for word; do
	case $word in
	-lhttp_parser)
		version_of http-parser http_parser.h HTTP_PARSER_VERSION_MAJOR \
			HTTP_PARSER_VERSION_MINOR HTTP_PARSER_VERSION_PATCH
		;;
	-lmbedcrypto) version_of mbedTLS mbedtls/version.h MBEDTLS_VERSION_STRING ;;
	esac
done
