/*
 * Two work trees that share one database must find the same key, two databases
 * of the same name on different servers must not; and it must not matter who
 * told of the database, its configuration file or the running application.  So
 * the key is made here only, of what a client would connect to, its variables
 * included, and of nothing else: neither the user nor the application's folder.
 * A socket and `localhost` count as two servers, since with containers they
 * often are.
 *
 * A database that is a file is that file, whatever links lead there.  Not its
 * inode: a copy that is put in its place is still what the application uses.
 */
#include "db/crc32.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/db/driver.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define KEY_NAME_MAX 60 /* bytes of the readable part */

typedef void identity_fn(struct db_target *target, const char *app,
	struct arena *arena, struct strbuf *id);

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
static void identity_of_postgresql(struct db_target *target, const char *app,
	struct arena *arena, struct strbuf *id)
{
	const char *host = target->host, *service = param(target, "service");

	(void)app;
	(void)arena;
	if (!host)
		host = param(target, "hostaddr");
	strbuf_addf(id, "postgresql\n%s\n%s\n%s\n%s",
		host ? host : env_or("PGHOST", env_or("PGHOSTADDR", "")),
		target->port ? target->port : env_or("PGPORT", "5432"),
		service ? service : env_or("PGSERVICE", ""), target->database);
}

/* Without links, as far as it exists; malloc'd. */
static char *real_path(const char *path)
{
	AUTO_FREE char *dir = fs_dirname(path);
	AUTO_FREE char *real_dir = NULL;
	char *real = realpath(path, NULL);

	if (real)
		return real;
	real_dir = realpath(dir, NULL);
	return fs_join(real_dir ? real_dir : dir, fs_basename(path));
}

/* SQLite's names for databases in memory and for URIs are no paths, and only
 * Rails can ask what they stand for. */
static void identity_of_file(struct db_target *target, const char *app,
	struct arena *arena, struct strbuf *id)
{
	AUTO_FREE char *path = NULL, *real = NULL;

	strbuf_addf(id, "file\n%s", target->database);
	if (!strncmp(target->database, "file:", 5) ||
		*target->database == ':') {
		target->driver = NULL;
		return;
	}
	path = fs_clean(app, target->database);
	real = real_path(path);
	target->path = arena_strdup(arena, real);
	strbuf_reset(id);
	strbuf_addf(id, "file\n%s", real);
}

/* Of what only Rails can ask. */
static void identity_of_server(struct db_target *target, const char *app,
	struct arena *arena, struct strbuf *id)
{
	(void)app;
	(void)arena;
	strbuf_addf(id, "%s\n%s\n%s\n%s", target->adapter,
		target->host ? target->host : "",
		target->port ? target->port : "", target->database);
}

#define ROW(name, adapters, identity) { #name, adapters, identity },

static const struct driver_row {
	const char *name, *adapters;
	identity_fn *identify;
} drivers[] = { DB_DRIVERS(ROW) };

static const struct driver_row *find_driver(const char *adapter)
{
	size_t len = adapter ? strlen(adapter) : 0;

	for (size_t i = 0; len && i < ARRAY_SIZE(drivers); i++)
		for (const char *at = drivers[i].adapters; *at;) {
			size_t word = strcspn(at, " ");

			if (word == len && !strncasecmp(at, adapter, len))
				return &drivers[i];
			at += word + strspn(at + word, " ");
		}
	return NULL;
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

void db_target_identify(
	struct db_target *target, const char *app, struct arena *arena)
{
	const struct driver_row *driver = find_driver(target->adapter);
	identity_fn *identify = driver ? driver->identify : identity_of_server;
	AUTO_STRBUF id = STRBUF_INIT;

	target->path = NULL;
	target->driver = driver ? driver->name : NULL;
	identify(target, app, arena, &id);
	target->key = arena_printf(arena, "%s-%08x",
		readable(target->path ? fs_basename(target->path)
				      : target->database,
			arena),
		crc32_of(id.buf, id.len));
}
