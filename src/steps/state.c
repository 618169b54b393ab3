/*
 * Small "key value" files beside git's own.
 *
 * They are written by one rename and read whole, so no reader sees half a file;
 * what a power cut or a foreign hand leaves behind that is not such a file is
 * taken as empty, because nearly everything in them can be found out again.
 */
#include "hookrun/steps/state.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/filelock.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define STATE_MAX_BYTES (1 << 20)

static char *state_path(
	const char *git_dir, const char *name, const char *suffix)
{
	struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s/hookrun/%s%s", git_dir, name, suffix);
	return strbuf_detach(&path, NULL);
}

/* Every line is a key, a blank and a value, and the last one is complete. */
static bool parse(const struct strbuf *text, struct state *state)
{
	const char *pos = text->buf, *end = text->buf + text->len;

	if (memchr(text->buf, '\0', text->len))
		return false;
	while (pos < end) {
		const char *eol = memchr(pos, '\n', (size_t)(end - pos));
		const char *blank = eol ? memchr(pos, ' ', (size_t)(eol - pos))
					: NULL;

		if (!blank || blank == pos)
			return false;
		strvec_pushn(&state->keys, pos, (size_t)(blank - pos));
		strvec_pushn(
			&state->values, blank + 1, (size_t)(eol - blank - 1));
		pos = eol + 1;
	}
	return true;
}

void state_load(const char *git_dir, const char *name, struct state *ret)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	memset(ret, 0, sizeof(*ret));
	ret->path = state_path(git_dir, name, "");
	if (fs_read(ret->path, &text, STATE_MAX_BYTES, &err) == 1 &&
		parse(&text, ret))
		return;
	strvec_release(&ret->keys);
	strvec_release(&ret->values);
}

static bool find(const struct state *state, const char *key, size_t *ret)
{
	for (size_t i = 0; i < state->keys.nr; i++) {
		if (strcmp(state->keys.v[i], key) != 0)
			continue;
		*ret = i;
		return true;
	}
	return false;
}

const char *state_get(const struct state *state, const char *key)
{
	size_t i;

	return find(state, key, &i) ? state->values.v[i] : NULL;
}

static void take_out(struct strvec *vec, size_t at)
{
	free(vec->v[at]);
	memmove(vec->v + at, vec->v + at + 1, (vec->nr - at) * sizeof(*vec->v));
	vec->nr--;
}

/* A line break in a value would make the file something else. */
static char *one_line(const char *value)
{
	char *copy = xstrdup(value);

	for (char *p = copy; *p; p++)
		if (*p == '\n')
			*p = ' ';
	return copy;
}

void state_set(struct state *state, const char *key, const char *value)
{
	size_t at;
	bool there = find(state, key, &at);
	AUTO_FREE char *line = value ? one_line(value) : NULL;

	if (there && line && !strcmp(state->values.v[at], line))
		return;
	if (there) {
		take_out(&state->keys, at);
		take_out(&state->values, at);
	}
	if (line) {
		strvec_push(&state->keys, key);
		strvec_push(&state->values, line);
	}
	state->dirty |= there || line;
}

static int make_folder_of(const char *path, struct err *err)
{
	AUTO_FREE char *dir = fs_dirname(path);

	return fs_is_dir(dir) ? 0 : fs_mkdirs(dir, 0755, err);
}

static int save(struct state *state, bool surely, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!state->dirty)
		return 0;
	for (size_t i = 0; i < state->keys.nr; i++)
		strbuf_addf(
			&text, "%s %s\n", state->keys.v[i], state->values.v[i]);
	if (make_folder_of(state->path, err))
		return -1;
	if (surely ? fs_write_atomic(state->path, text.buf, text.len, 0644, err)
		   : fs_write_cache(state->path, text.buf, text.len, err))
		return -1;
	if (surely && fs_sync_name(state->path))
		return err_errno(err, "cannot write '%s'", state->path);
	state->dirty = false;
	return 0;
}

int state_save(struct state *state, struct err *err)
{
	return save(state, false, err);
}

int state_save_surely(struct state *state, struct err *err)
{
	return save(state, true, err);
}

void state_release(struct state *state)
{
	free(state->path);
	strvec_release(&state->keys);
	strvec_release(&state->values);
	memset(state, 0, sizeof(*state));
}

/* The holder's pid is for people who look into the file; nothing trusts it. */
static void write_pid(int fd)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%ld\n", (long)getpid());
	if (!ftruncate(fd, 0))
		fs_write_all(fd, text.buf, text.len);
}

int state_lock(
	const char *git_dir, const char *name, int timeout_ms, struct err *err)
{
	AUTO_FREE char *path = state_path(git_dir, name, ".lock");
	int fd;

	if (make_folder_of(path, err))
		return -1;
	fd = filelock(path, timeout_ms, err);
	if (fd >= 0)
		write_pid(fd);
	return fd;
}
