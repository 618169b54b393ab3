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

bool oid_parse(const char *text, struct oid *ret)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");
	struct oid oid = { 0 };

	if (text[len] || (len != SHA1_HEX && len != OID_HEX_MAX))
		return false;
	for (size_t i = 0; i < len; i++)
		oid.hex[i] = text[i] >= 'A' && text[i] <= 'F'
				     ? (char)(text[i] + 'a' - 'A')
				     : text[i];
	*ret = oid;
	return true;
}
