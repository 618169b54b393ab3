/*
 * Database URLs, as Rails' ConnectionUrlResolver takes them apart:
 * adapter://user:password@host:port/database?key=value, or adapter:path.
 *
 * Ruby's URI class is strict about what may stand unescaped, and raises
 * otherwise; so everything that is not surely valid is refused here.  Empty
 * parts do not count, what is left is percent-decoded ('+' stays), and where
 * the query names a part that the URL has a place for, Rails 7.0 changed which
 * one wins.
 */
#include "db/settings.h"
#include "hookrun/base/strbuf.h"

#include <ctype.h>
#include <string.h>

#define URL_MAX 4096

struct url {
	struct arena *arena;
	struct settings *set;
	const char **ret_why;
	int rails_version;
	bool opaque; /* "adapter:path" */
};

static bool refuse(const struct url *url, const char *why)
{
	*url->ret_why = why;
	return false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL where an escape is malformed or means NUL. */
static const char *decode(struct arena *arena, const char *text, size_t len)
{
	AUTO_STRBUF out = STRBUF_INIT;

	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (text[i] != '%') {
			strbuf_addch(&out, text[i]);
			continue;
		}
		high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
		low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0)
			return NULL;
		strbuf_addch(&out, (char)(high * 16 + low));
		i += 2;
	}
	return arena_strndup(arena, out.buf, out.len);
}

static bool add(
	const struct url *url, const char *key, const char *text, size_t len)
{
	const char *value;

	if (len == 0)
		return true;
	value = decode(url->arena, text, len);
	if (!value)
		return refuse(url, "the URL has a malformed escape");
	if (!settings_set(url->set, key, value, NULL))
		return refuse(url, "the URL has too many settings");
	return true;
}

/* Has the query a say about `key`? */
static bool query_counts(const struct url *url, const char *key)
{
	static const char *const places[] = { "adapter", "database", "host",
		"port", "username", "password" };
	/* "adapter:path" has places for the first two only, and they win. */
	size_t nr = url->opaque ? 2 : 6;

	if (!url->opaque && (!url->rails_version || url->rails_version >= 700))
		return true;
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(key, places[i]))
			return false;
	return true;
}

static bool add_query(const struct url *url, const char *query)
{
	while (query && *query) {
		size_t len = strcspn(query, "&"), name = strcspn(query, "=&");
		const char *key = arena_strndup(url->arena, query, name);

		if (name == len || name == 0 || strchr(key, '%'))
			return refuse(url, "the URL's query is odd");
		if (query_counts(url, key) &&
			!add(url, key, query + name + 1, len - name - 1))
			return false;
		query += len + (query[len] == '&');
	}
	return true;
}

/* [user[:password]@]host[:port] */
static bool add_authority(const struct url *url, const char *text, size_t len)
{
	const char *at = memchr(text, '@', len), *end = text + len;
	const char *host = at ? at + 1 : text, *colon = NULL;

	if (at) {
		size_t user = strcspn(text, ":@");

		if (!add(url, "username", text, user) ||
			(text + user < at &&
				!add(url, "password", text + user + 1,
					(size_t)(at - text) - user - 1)))
			return false;
	}
	if (host < end && *host == '[') {
		const char *close = memchr(host, ']', (size_t)(end - host));

		if (!close || (close + 1 < end && close[1] != ':'))
			return refuse(url, "the URL's host is malformed");
		if (!add(url, "host", host + 1, (size_t)(close - host) - 1))
			return false;
		colon = close + 1 < end ? close + 1 : NULL;
	} else {
		colon = memchr(host, ':', (size_t)(end - host));
		if (!add(url, "host", host,
			    (size_t)((colon ? colon : end) - host)))
			return false;
	}
	if (colon &&
		strspn(colon + 1, "0123456789") < (size_t)(end - colon) - 1)
		return refuse(url, "the URL's port is no number");
	return !colon || add(url, "port", colon + 1, (size_t)(end - colon) - 1);
}

static bool is_valid(const char *url)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				      "-_.~!$&'()*+,;=:@/?%[]";
	const char *at = strrchr(url, '@');

	/* A second '@' or a '/' or '?' before it means an unescaped one in the
	 * password. */
	if (at && strchr(url, '@') != at)
		return false;
	return strlen(url) <= URL_MAX && url[strspn(url, allowed)] == '\0';
}

/* The adapter from the scheme; the text behind "scheme:" or NULL. */
static const char *add_adapter(const struct url *url, const char *text)
{
	size_t len = strcspn(text, ":/?@");
	char *adapter = arena_strndup(url->arena, text, len);

	if (len == 0 || text[len] != ':' || !isalpha((unsigned char)*text) ||
		!strcmp(adapter, "jdbc") || !strcmp(adapter, "http") ||
		!strcmp(adapter, "https"))
		return NULL;
	for (char *c = adapter; *c; c++)
		*c = *c == '-' ? '_' : (char)tolower((unsigned char)*c);
	if (!strcmp(adapter, "postgres"))
		adapter = arena_strdup(url->arena, "postgresql");
	return settings_set(url->set, "adapter", adapter, NULL) ? text + len + 1
								: NULL;
}

/* The path is a name, but for SQLite, where its slash means something. */
static bool add_path(const struct url *url, const char *path, size_t len)
{
	const char *adapter = settings_get(url->set, "adapter");

	if (len && *path == '/' && strcmp(adapter, "sqlite3") != 0)
		path++, len--;
	return add(url, "database", path, len);
}

static bool add_parts(struct url *url, const char *rest)
{
	size_t len = strcspn(rest, "?"), authority;
	const char *query = rest[len] ? rest + len + 1 : NULL;

	url->opaque = *rest != '/';
	if (!strncmp(rest, "//", 2)) {
		rest += 2;
		len -= 2;
		authority = strcspn(rest, "/?");
		if (!add_authority(url, rest, authority))
			return false;
		rest += authority;
		len -= authority;
	}
	return add_path(url, rest, len) && add_query(url, query);
}

bool settings_merge_url(struct settings *set, const char *text,
	int rails_version, struct arena *arena, const char **ret_why)
{
	struct url url = { .arena = arena,
		.set = set,
		.ret_why = ret_why,
		.rails_version = rails_version };
	const char *rest;

	if (!is_valid(text))
		return refuse(&url, "the URL has characters to be escaped");
	rest = add_adapter(&url, text);
	if (!rest)
		return refuse(&url, "the URL has no adapter");
	return add_parts(&url, rest);
}
