/*
 * On a Unix socket the server knows who we are and answers within two
 * milliseconds, of which a library and a process to load it would make
 * thirteen; and a switch with nothing to do is not to be felt.  So three
 * messages of PostgreSQL's protocol (version 3, "Frontend/Backend Protocol" in
 * its manual) are written by hand: the start, one query, the end.
 *
 * It is a sign and no more: whatever is not the plain answer, from a request
 * for a password to a server that thinks for a quarter of a second, is none,
 * and whoever has work to do asks through libpq.
 */
#include "db/pg_glance.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define GLANCE_MS 250
#define ANSWER_MAX (16 << 20)
#define PASSWD_MAX (1 << 20)
#define PROTOCOL 196608 /* 3.0 */
#define STATE_LEN 5	/* of an SQLSTATE */

static const char query[] = "SELECT version::text FROM schema_migrations "
			    "ORDER BY 1";

/* ---- where it is -------------------------------------------------------- */

/* The user that libpq would take, without the C library's user database, which
 * a static program cannot load. */
static bool add_own_name(struct strbuf *out)
{
	AUTO_STRBUF text = STRBUF_INIT, own = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	strbuf_addf(&own, ":%ld:", (long)geteuid());
	if (fs_read("/etc/passwd", &text, PASSWD_MAX, &ignored) != 1)
		return false;
	for (const char *at = text.buf; *at; at += *at == '\n') {
		size_t name = strcspn(at, ":\n"), line = strcspn(at, "\n");
		const char *id = at + name;

		/* name:password:id:... */
		if (*id == ':')
			id += 1 + strcspn(id + 1, ":\n");
		if (!strncmp(id, own.buf, own.len)) {
			strbuf_add(out, at, name);
			return true;
		}
		at += line;
	}
	return false;
}

static const char *set_or(const char *value, const char *variable)
{
	if (!value || !*value)
		value = getenv(variable);
	return value && *value ? value : NULL;
}

/* The server's socket, malloc'd, or NULL.  Where no host is set it is in the
 * folder that libpq was built with: Debian's, or PostgreSQL's own. */
static char *socket_of(const struct db_target *target)
{
	static const char *const folders[] = { "/var/run/postgresql", "/tmp" };
	const char *host = set_or(target->host, "PGHOST");
	const char *port = set_or(target->port, "PGPORT");
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, ".s.PGSQL.%s", port ? port : "5432");
	for (size_t i = 0; !host && i < ARRAY_SIZE(folders); i++) {
		AUTO_FREE char *path = fs_join(folders[i], name.buf);

		if (fs_exists(path))
			host = folders[i];
	}
	if (!host || *host != '/' || strchr(host, ','))
		return NULL;
	return fs_join(host, name.buf);
}

/* What else may lead a connection to another server or schema. */
static bool is_plain(const struct db_target *target)
{
	static const char *const names[] = { "service", "hostaddr", "options" };
	static const char *const variables[] = { "PGSERVICE", "PGHOSTADDR",
		"PGOPTIONS" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (set_or(NULL, variables[i]))
			return false;
		for (size_t j = 0; j < target->nparams; j++)
			if (!strcmp(target->params[j].name, names[i]))
				return false;
	}
	return true;
}

bool pg_glance_place(const struct db_target *target, struct strbuf *out)
{
	AUTO_FREE char *path = socket_of(target);
	const char *user = set_or(target->username, "PGUSER");
	AUTO_STRBUF own = STRBUF_INIT;

	if (!path || !is_plain(target) || (!user && !add_own_name(&own)))
		return false;
	strbuf_addf(out, "%s\t%s\t%s\t%s", path, user ? user : own.buf,
		target->database,
		target->search_path ? target->search_path : "");
	return true;
}

/* ---- the conversation --------------------------------------------------- */

static void add_number(struct strbuf *out, uint32_t number)
{
	uint32_t big = htonl(number);

	strbuf_add(out, &big, sizeof(big));
}

static void add_text(struct strbuf *out, const char *text)
{
	strbuf_add(out, text, strlen(text) + 1);
}

static uint32_t number_at(const char *at)
{
	uint32_t big;

	memcpy(&big, at, sizeof(big));
	return ntohl(big);
}

struct talk {
	int fd;
	int64_t deadline_ms;
	struct strbuf in;
	size_t pos;		   /* of the next message in `in` */
	char state[STATE_LEN + 1]; /* of an error that was sent, or "" */
};

static bool send_all(const struct talk *talk, const struct strbuf *text)
{
	return send(talk->fd, text->buf, text->len, MSG_NOSIGNAL) ==
	       (ssize_t)text->len;
}

static bool receive(struct talk *talk)
{
	struct pollfd pfd = { talk->fd, POLLIN, 0 };

	if (talk->in.len > ANSWER_MAX ||
		poll(&pfd, 1, clock_left_ms(talk->deadline_ms)) < 1)
		return false;
	return strbuf_read_once(&talk->in, talk->fd, 65536) > 0;
}

/* The next message: its type, or 0.  Its `ret_len` bytes are at `ret`. */
static char next(struct talk *talk, const char **ret, size_t *ret_len)
{
	const size_t head = 5; /* the type, and a length with itself */

	while (talk->in.len - talk->pos < head)
		if (!receive(talk))
			return 0;
	*ret_len = number_at(talk->in.buf + talk->pos + 1);
	if (*ret_len < 4 || *ret_len > ANSWER_MAX)
		return 0;
	while (talk->in.len - talk->pos < 1 + *ret_len)
		if (!receive(talk))
			return 0;
	*ret = talk->in.buf + talk->pos + head;
	talk->pos += 1 + *ret_len;
	*ret_len -= 4;
	return (*ret)[-(ptrdiff_t)head];
}

/* The code among the fields of an error: a letter and a text each. */
static void keep_state(struct talk *talk, const char *at, size_t len)
{
	const char *end = at + len;

	while (at < end && *at) {
		size_t text = strnlen(at + 1, (size_t)(end - at - 1));

		if (*at == 'C' && text == STATE_LEN)
			memcpy(talk->state, at + 1, STATE_LEN);
		at += text + 2;
	}
}

/* Up to the server's "ready"; the rows on the way go into `hash`.  False where
 * it says anything else that matters. */
static bool until_ready(struct talk *talk, uint64_t *hash)
{
	const char *at;
	size_t len;

	for (;;)
		switch (next(talk, &at, &len)) {
		case 'R': /* authentication: 0 where none is wanted */
			if (len < 4 || number_at(at))
				return false;
			break;
		case 'E':
			keep_state(talk, at, len);
			if (!hash)
				return false;
			break;
		case 'D':
			if (!hash)
				return false;
			*hash = hash_add(*hash, at, len);
			break;
		case 'Z':
			return true;
		case 0:
			return false;
		default:
			break;
		}
}

static bool start(struct talk *talk, const struct pg_who *who)
{
	AUTO_STRBUF pairs = STRBUF_INIT, message = STRBUF_INIT;

	add_text(&pairs, "user");
	add_text(&pairs, who->user);
	add_text(&pairs, "database");
	add_text(&pairs, who->database);
	add_text(&pairs, "application_name");
	add_text(&pairs, "hookrun");
	if (*who->search_path) {
		add_text(&pairs, "search_path");
		add_text(&pairs, who->search_path);
	}
	strbuf_addch(&pairs, '\0');
	add_number(&message, (uint32_t)pairs.len + 8);
	add_number(&message, PROTOCOL);
	strbuf_add(&message, pairs.buf, pairs.len);
	return send_all(talk, &message) && until_ready(talk, NULL);
}

static bool ask(struct talk *talk, uint64_t *hash)
{
	AUTO_STRBUF message = STRBUF_INIT;

	strbuf_addch(&message, 'Q');
	add_number(&message, sizeof(query) + 4);
	strbuf_add(&message, query, sizeof(query));
	return send_all(talk, &message) && until_ready(talk, hash);
}

static void say_goodbye(const struct talk *talk)
{
	AUTO_STRBUF message = STRBUF_INIT;

	strbuf_addch(&message, 'X');
	add_number(&message, 4);
	send_all(talk, &message);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
		connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A database, or its table, that is not there is as good a sign as any. */
static bool describe(
	struct talk *talk, const struct pg_who *who, struct strbuf *out)
{
	uint64_t hash = HASH_START;

	if (!start(talk, who)) {
		if (strcmp(talk->state, "3D000"))
			return false;
		strbuf_addstr(out, "no-database");
		return true;
	}
	if (!ask(talk, &hash))
		return false;
	say_goodbye(talk);
	if (!strcmp(talk->state, "42P01"))
		strbuf_addstr(out, "no-table");
	else if (*talk->state)
		return false;
	else
		strbuf_addf(out, "%016llx", (unsigned long long)hash);
	return true;
}

bool pg_glance_over(int fd, const struct pg_who *who, struct strbuf *out)
{
	struct talk talk = { .fd = fd,
		.in = STRBUF_INIT,
		.deadline_ms = clock_now_ms() + GLANCE_MS };
	bool found = describe(&talk, who, out);

	strbuf_release(&talk.in);
	return found;
}

bool pg_glance(const char *place, struct strbuf *out)
{
	AUTO_FREE char *copy = xstrdup(place);
	char *fields[4], *at = copy;
	AUTO_FD int fd = -1;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		fields[i] = at;
		at += strcspn(at, "\t");
		if (*at)
			*at++ = '\0';
	}
	fd = connect_to(fields[0]);
	return fd >= 0 &&
	       pg_glance_over(fd,
		       &(struct pg_who){ fields[1], fields[2], fields[3] },
		       out);
}
