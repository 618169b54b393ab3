/*
 * The driver writes these files, in the transaction that takes the rows away,
 * and reads them again; here they are only found and named.  They hold people's
 * data, so their folder is nobody else's.
 */
#include "migrate/kept.h"

#include "migrate/migrate_text.h"
#include "migrate/rails.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"
#include "hookrun/migrate/kept.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#define SUFFIX ".kept"
#define HEAD_MAX 65536 /* the first line of a file */

char *kept_dir(struct repo *repo)
{
	return fs_join(repo_commondir(repo), "hookrun/db/kept");
}

static bool is_id(const char *id)
{
	if (!*id)
		return false;
	for (; *id; id++)
		if (!isdigit((unsigned char)*id) && *id != '-')
			return false;
	return true;
}

static int read_head(const char *path, struct strbuf *out, struct err *err)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *end = NULL;

	if (fd < 0)
		return err_errno(err, "cannot read '%s'", path);
	while (!end && out->len < HEAD_MAX &&
		strbuf_read_once(out, fd, 4096) > 0)
		end = memchr(out->buf, '\n', out->len);
	if (!end)
		return err_set(err, "'%s' is not complete", path);
	strbuf_splice(out, (size_t)(end - out->buf),
		out->len - (size_t)(end - out->buf), NULL, 0);
	return 0;
}

static int show(struct arena *arena, const char *path, const char *id,
	struct strbuf *out, struct err *err)
{
	AUTO_STRBUF head = STRBUF_INIT;
	struct node *node;
	const char *made;

	if (read_head(path, &head, err) ||
		node_read_yaml(arena, path, head.buf, head.len, &node, err))
		return -1;
	made = node_str(node, "made");
	strbuf_addf(out, "%s  %s", id, made ? made : "");
	node_each (item, node_get(node, "items"))
		if (item->str)
			strbuf_addf(out, "\n    %s", item->str);
	strbuf_addch(out, '\n');
	return 0;
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(*(char *const *)b, *(char *const *)a);
}

/* The ids of all files. */
static void find_ids(const char *dir, struct strvec *ids)
{
	DIR *folder = opendir(dir);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		size_t len = strlen(entry->d_name), end = strlen(SUFFIX);

		if (len > end && !strcmp(entry->d_name + len - end, SUFFIX))
			strvec_pushn(ids, entry->d_name, len - end);
	}
	if (folder)
		closedir(folder);
	if (ids->nr)
		qsort(ids->v, ids->nr, sizeof(*ids->v), newest_first);
}

static char *file_of(const char *dir, const char *id)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "%s" SUFFIX, id);
	return fs_join(dir, name.buf);
}

int migrate_kept_list(struct repo *repo, struct arena *arena,
	struct strbuf *out, struct err *err)
{
	AUTO_FREE char *dir = kept_dir(repo);
	AUTO_STRVEC ids = STRVEC_INIT;

	find_ids(dir, &ids);
	for (size_t i = 0; i < ids.nr; i++) {
		AUTO_FREE char *path = file_of(dir, ids.v[i]);

		if (show(arena, path, ids.v[i], out, err))
			return -1;
	}
	return 0;
}

static void write_plan(struct json *json, const struct stage *stage,
	const char *path, const struct migrate *m)
{
	json_open(json, '{');
	json_kstr(json, "dir", stage->dir);
	json_kstr(json, "restore", path);
	json_kint(json, "lock_timeout_ms", m->opts.lock_timeout_ms);
	json_close(json, '}');
}

static void add_lines(struct strbuf *out, const char *title, const char *lines)
{
	if (!lines || !*lines)
		return;
	strbuf_addf(out, "%s\n", title);
	for (size_t len; *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		strbuf_addf(out, "  %.*s\n", (int)len, lines);
	}
}

static int conclude(
	const struct rails *rails, struct strbuf *out, struct err *err)
{
	const struct progress *p = &rails->progress;

	if (!p->done || rails->status || rails->signal) {
		text_failure(rails, err);
		return -1;
	}
	add_lines(out, "brought back:", p->restored);
	add_lines(out, "not brought back:", p->not_restored);
	if (!out->len)
		strbuf_addstr(out, "everything of it is there already\n");
	return p->not_restored && *p->not_restored ? 1 : 0;
}

static int restore(struct migrate *m, const char *path, struct strbuf *out,
	struct err *err)
{
	struct stage stage;
	struct rails rails = { .m = m, .stage = &stage, .output = STRBUF_INIT };
	AUTO_STRBUF plan = STRBUF_INIT;
	struct json json;
	int ret;

	rails.progress.arena = m->ctx->arena;
	if (stage_create(&stage, err))
		return -1;
	json_init(&json, &plan, 1);
	write_plan(&json, &stage, path, m);
	ret = fs_write_cache(stage.plan, plan.buf, plan.len, err);
	if (!ret)
		ret = rails_run(&rails, err);
	stage_remove(&stage);
	if (!ret)
		ret = conclude(&rails, out, err);
	rails_release(&rails);
	return ret;
}

int migrate_kept_restore(struct step_ctx *ctx, const char *id,
	struct strbuf *out, struct err *err)
{
	AUTO_FREE char *dir = kept_dir(ctx->repo);
	AUTO_FREE char *path = file_of(dir, id);
	const char *reason;
	struct migrate m;
	int go_on;

	if (!is_id(id) || !fs_exists(path))
		return err_set(err,
			"nothing is kept as '%s' (see 'hookrun db list')", id);
	go_on = migrate_init(ctx, &m, &reason, err);
	if (go_on < 0)
		return -1;
	if (!go_on)
		return err_set(err, "nothing was brought back: %s", reason);
	return restore(&m, path, out, err);
}
