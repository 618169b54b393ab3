/*
 * Writing JSON into a strbuf.  Commas are placed by the writer; nesting is
 * checked in debug builds by assert.  Bytes that are not UTF-8 become U+FFFD.
 */
#ifndef HOOKRUN_BASE_JSON_H
#define HOOKRUN_BASE_JSON_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

#define JSON_MAX_DEPTH 64

struct json {
	struct strbuf *out; /* borrowed */
	int depth;
	int indent;		    /* blanks a level; 0: all on one line */
	bool first[JSON_MAX_DEPTH]; /* nothing written at this level yet */
	bool after_key;
	bool like_go; /* escape what Go's encoding/json escapes: <, >, & and
			 U+2028, U+2029 too */
};

void json_init(struct json *json, struct strbuf *out, int indent);
void json_open(struct json *json, char bracket);  /* '{' or '[' */
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_key(struct json *json, const char *key);
void json_str(struct json *json, const char *str); /* NULL writes null */
void json_strn(struct json *json, const char *str, size_t len);
void json_int(struct json *json, int64_t value);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_raw(struct json *json, const char *text); /* a value as it is */

/* key and value in one call */
void json_kstr(struct json *json, const char *key, const char *str);
void json_kint(struct json *json, const char *key, int64_t value);
void json_kbool(struct json *json, const char *key, bool value);

#endif
