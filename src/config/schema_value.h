/* What a key may hold, in a JSON schema. */
#ifndef CONFIG_SCHEMA_VALUE_H
#define CONFIG_SCHEMA_VALUE_H

#include "hookrun/base/json.h"
#include "hookrun/config/keys.h"

#define SCHEMA_REF "#/definitions/"

/* The members of the schema of a value of `key` at `place`, into an open
 * object; not of keys below which others stand (grammar.h). */
void schema_value(
	struct json *json, const struct key *key, enum key_place place);

/* The definitions that these refer to, into an open object. */
void schema_value_types(struct json *json);

#endif
