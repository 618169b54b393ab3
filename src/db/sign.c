/*
 * Of a file the sign is what stat(2) says of it and of its write-ahead log.  It
 * changes with every row that is written, which only means that the database
 * itself is asked; what matters is that nothing changes without it.
 *
 * Of a PostgreSQL server on this machine it is the applied versions themselves,
 * since asking for them there takes two milliseconds (pg_glance.c).
 */
#include "hookrun/db/sign.h"

#include "db/pg_glance.h"
#include "hookrun/base/alloc.h"

#include <string.h>
#include <sys/stat.h>

#define FILE_PLACE "file\t"
#define SERVER_PLACE "postgresql\t"

static void add_stat(struct strbuf *out, const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		strbuf_addstr(out, "-");
		return;
	}
	strbuf_addf(out, "%llu.%lld.%lld.%09ld", (unsigned long long)st.st_ino,
		(long long)st.st_size, (long long)st.st_mtim.tv_sec,
		st.st_mtim.tv_nsec);
}

static bool read_file(const char *path, struct strbuf *out)
{
	AUTO_STRBUF log = STRBUF_INIT;

	strbuf_addf(&log, "%s-wal", path);
	add_stat(out, path);
	strbuf_addch(out, ',');
	add_stat(out, log.buf);
	return true;
}

bool db_sign_place(const struct db_target *target, struct strbuf *out)
{
	size_t start = out->len;
	bool found = false;

	if (target->driver && target->path) {
		strbuf_addf(out, FILE_PLACE "%s", target->path);
		found = true;
	} else if (target->driver && !strcmp(target->driver, "postgresql")) {
		strbuf_addstr(out, SERVER_PLACE);
		found = pg_glance_place(target, out);
	}
	if (found && !strpbrk(out->buf + start, "\r\n"))
		return true;
	strbuf_setlen(out, start);
	return false;
}

bool db_sign_read(const char *place, struct strbuf *out)
{
	if (!strncmp(place, FILE_PLACE, strlen(FILE_PLACE)))
		return read_file(place + strlen(FILE_PLACE), out);
	if (!strncmp(place, SERVER_PLACE, strlen(SERVER_PLACE)))
		return pg_glance(place + strlen(SERVER_PLACE), out);
	return false;
}
