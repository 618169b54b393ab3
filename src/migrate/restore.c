/*
 * Bringing back what a switch took away needs the application's own connection
 * and knowledge of types, so it is one more thing that the driver does: it is
 * started with the file instead of a plan of migrations.
 */
#include "migrate/kept.h"
#include "migrate/migrate_text.h"
#include "migrate/driver.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"
#include "hookrun/migrate/kept.h"

#include <ctype.h>

static bool is_id(const char *id)
{
	if (!*id)
		return false;
	for (; *id; id++)
		if (!isdigit((unsigned char)*id) && *id != '-')
			return false;
	return true;
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
	const struct driver *driver, struct strbuf *out, struct err *err)
{
	const struct progress *p = &driver->progress;
	AUTO_STRBUF failure = STRBUF_INIT;

	if (!p->done || driver->status || driver->signal) {
		driver->m->environment = p->rails_env;
		text_failure(driver, &failure);
		return err_set(err, "%s", failure.buf);
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
	struct driver driver = {
		.m = m,
		.stage = &stage,
		.output = STRBUF_INIT,
		.said = STRBUF_INIT,
	};
	AUTO_STRBUF plan = STRBUF_INIT;
	struct json json;
	int ret;

	driver.progress.arena = m->ctx->arena;
	if (stage_create(m->engine, &stage, err))
		return -1;
	json_init(&json, &plan, 1);
	write_plan(&json, &stage, path, m);
	ret = fs_write_cache(stage.plan, plan.buf, plan.len, err);
	if (!ret)
		ret = driver_run(&driver, err);
	stage_remove(&stage);
	if (!ret)
		ret = conclude(&driver, out, err);
	strbuf_addstr(out, driver.said.buf);
	driver_release(&driver);
	return ret;
}

int migrate_kept_restore(struct step_ctx *ctx, const char *id,
	struct strbuf *out, struct err *err)
{
	AUTO_FREE char *dir = kept_dir(ctx->repo);
	AUTO_FREE char *path = kept_file(dir, id);
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
	m.again = arena_printf(ctx->arena, "hookrun db restore %s", id);
	return restore(&m, path, out, err);
}
