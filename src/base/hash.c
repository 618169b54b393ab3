/*
 * One hash for tables and fingerprints.  FNV-1a because it is three lines, has
 * no state to set up, and is fast on the short strings that are hashed here.
 */
#include "hookrun/base/hash.h"

#include <string.h>

uint64_t hash_add(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

uint64_t hash_str(uint64_t hash, const char *str)
{
	return hash_add(hash, str, strlen(str) + 1);
}

uint64_t hash_slot(const char *str)
{
	uint64_t hash = hash_add(HASH_START, str, strlen(str));

	return hash ^ hash >> 32;
}
