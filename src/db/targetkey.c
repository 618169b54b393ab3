/*
 * Two work trees that share one database must find the same key, two databases
 * of the same name on different servers must not.  So the key is made of what
 * libpq would connect to, its variables included, and of nothing else: neither
 * the user nor the application's folder.  A socket and `localhost` count as two
 * servers, since with containers they often are.
 */
#include "db/targetkey.h"
#include "db/crc32.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <string.h>

#define KEY_NAME_MAX 60 /* bytes of the readable part */

static const char *param(const struct db_target *target, const char *name)
{
	for (size_t i = 0; i < target->nparams; i++)
		if (!strcmp(target->params[i].name, name))
			return target->params[i].value;
	return NULL;
}

static const char *env_or(const char *name, const char *other)
{
	const char *value = getenv(name);

	return value && *value ? value : other;
}

/* Where the server is, as libpq would find it. */
static void add_server(struct strbuf *id, const struct db_target *target)
{
	const char *host = target->host, *service = param(target, "service");

	if (!host)
		host = param(target, "hostaddr");
	strbuf_addf(id, "%s\n%s\n%s\n",
		host ? host : env_or("PGHOST", env_or("PGHOSTADDR", "")),
		target->port ? target->port : env_or("PGPORT", "5432"),
		service ? service : env_or("PGSERVICE", ""));
}

static bool is_sqlite(const struct db_target *target)
{
	return !strcmp(target->adapter, "sqlite3");
}

static bool is_postgres(const struct db_target *target)
{
	return !strcmp(target->adapter, "postgresql") ||
	       !strcmp(target->adapter, "postgis");
}

static char *readable(const char *name, struct arena *arena)
{
	char *text = arena_strndup(arena, name, strnlen(name, KEY_NAME_MAX));

	for (char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' &&
			(*c != '.' || c == text))
			*c = '_';
	return text;
}

const char *target_key(
	const struct db_target *target, const char *root, struct arena *arena)
{
	AUTO_STRBUF id = STRBUF_INIT;
	const char *name = target->database;

	if (is_sqlite(target)) {
		char *path = fs_clean(root, target->database);

		strbuf_addf(&id, "sqlite3\n%s", path);
		free(path);
		name = fs_basename(target->database);
	} else if (is_postgres(target)) {
		strbuf_addstr(&id, "postgresql\n");
		add_server(&id, target);
		strbuf_addstr(&id, target->database);
	} else {
		strbuf_addf(&id, "%s\n%s\n%s\n%s", target->adapter,
			target->host ? target->host : "",
			target->port ? target->port : "", target->database);
	}
	return arena_printf(arena, "%s-%08x", readable(name, arena),
		crc32_of(id.buf, id.len));
}
