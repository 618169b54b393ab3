/*
 * Object ids are kept as text: hooks, reflogs, refs and ledgers all hold them
 * so, both hashes fit, and a struct copy is all that is ever done with them.
 */
#include "hookrun/git/repo.h"

#include <string.h>

#define SHA1_HEX 40

bool oid_eq(const struct oid *a, const struct oid *b)
{
	return !strcmp(a->hex, b->hex);
}

bool oid_is_null(const struct oid *oid)
{
	return oid->hex[strspn(oid->hex, "0")] == '\0';
}

bool oid_parse_n(const char *text, size_t len, struct oid *ret)
{
	struct oid oid = { 0 };

	if (strspn(text, "0123456789abcdefABCDEF") < len ||
		(len != SHA1_HEX && len != OID_HEX_MAX))
		return false;
	for (size_t i = 0; i < len; i++)
		oid.hex[i] = text[i] >= 'A' && text[i] <= 'F'
				     ? (char)(text[i] + 'a' - 'A')
				     : text[i];
	*ret = oid;
	return true;
}

bool oid_parse(const char *text, struct oid *ret)
{
	return oid_parse_n(text, strlen(text), ret);
}

void oid_set_bytes(struct oid *oid, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		oid->hex[2 * i] = digits[bytes[i] >> 4];
		oid->hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	oid->hex[2 * len] = '\0';
}

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

size_t oid_bytes(const struct oid *oid, unsigned char bytes[OID_HEX_MAX / 2])
{
	size_t len = strlen(oid->hex) / 2;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(digit(oid->hex[2 * i]) << 4 |
					   digit(oid->hex[2 * i + 1]));
	return len;
}
