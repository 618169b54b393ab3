/*
 * A folder for each name, in it a file for each text that was approved under
 * it, and `last`, which names the one approved last: a branch and its
 * predecessor are approved both, and a diff needs what there was before.
 *
 * Their file names are hashes that nobody had to make collision-proof: the
 * whole text is in the file, behind the name, and is compared.  All of it is
 * the owner's alone.
 */
#include "hookrun/trust/trust.h"

#include "trust/patch.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "hookrun/trust"
#define LAST "last"
#define LAST_MAX 64
#define RECORD_MAX (256 << 20)

void trust_set_release(struct trust_set *set)
{
	for (size_t i = 0; i < set->nr; i++) {
		free(set->v[i].name);
		strbuf_release(&set->v[i].text);
	}
	free(set->v);
	*set = (struct trust_set){ 0 };
}

struct strbuf *trust_set_add(struct trust_set *set, const char *name)
{
	struct trust_text *text;

	for (size_t i = 0; i < set->nr; i++)
		if (!strcmp(set->v[i].name, name))
			return NULL;
	xgrow(&set->v, &set->cap, set->nr + 1, sizeof(*set->v));
	text = &set->v[set->nr++];
	*text = (struct trust_text){ .name = xstrdup(name),
		.text = STRBUF_INIT };
	return &text->text;
}

/* ---- files --------------------------------------------------------------- */

static char *folder_of(struct repo *repo, const struct trust_text *text)
{
	AUTO_STRBUF path = STRBUF_INIT;

	strbuf_addf(&path, "%s/" FOLDER "/%016" PRIx64, repo_commondir(repo),
		hash_str(HASH_START, text->name));
	return strbuf_detach(&path, NULL);
}

static void file_name(const struct trust_text *text, struct strbuf *out)
{
	strbuf_addf(out, "%016" PRIx64,
		hash_add(HASH_START, text->text.buf, text->text.len));
}

/* What the file has: the name, its NUL, the text. */
static void add_record(const struct trust_text *text, struct strbuf *out)
{
	strbuf_add(out, text->name, strlen(text->name) + 1);
	strbuf_add(out, text->text.buf, text->text.len);
}

static int is_approved(
	struct repo *repo, const struct trust_text *text, struct err *err)
{
	AUTO_FREE char *folder = folder_of(repo, text);
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF name = STRBUF_INIT, there = STRBUF_INIT, own = STRBUF_INIT;
	int got;

	file_name(text, &name);
	path = fs_join(folder, name.buf);
	got = fs_read(path, &there, RECORD_MAX, err);
	if (got <= 0)
		return got;
	add_record(text, &own);
	return there.len == own.len && !memcmp(there.buf, own.buf, own.len);
}

/* The text approved last under the name, 1; 0 where there is none. */
static int read_last(struct repo *repo, const struct trust_text *text,
	struct strbuf *out, struct err *err)
{
	AUTO_FREE char *folder = folder_of(repo, text);
	AUTO_FREE char *last = fs_join(folder, LAST);
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF name = STRBUF_INIT;
	size_t skip = strlen(text->name) + 1;
	int got = fs_read(last, &name, LAST_MAX, err);

	if (got <= 0)
		return got;
	path = fs_join(folder, name.buf);
	got = fs_read(path, out, RECORD_MAX, err);
	if (got <= 0)
		return got;
	if (out->len < skip || memcmp(out->buf, text->name, skip) != 0) {
		strbuf_reset(out);
		return 0;
	}
	strbuf_splice(out, 0, skip, "", 0);
	return 1;
}

static int approve(
	struct repo *repo, const struct trust_text *text, struct err *err)
{
	AUTO_FREE char *folder = folder_of(repo, text);
	AUTO_FREE char *last = fs_join(folder, LAST);
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF name = STRBUF_INIT, record = STRBUF_INIT;

	file_name(text, &name);
	path = fs_join(folder, name.buf);
	add_record(text, &record);
	if (fs_mkdirs(folder, 0700, err) ||
		fs_write_atomic(path, record.buf, record.len, 0600, err))
		return -1;
	return fs_write_atomic(last, name.buf, name.len, 0600, err);
}

/* ---- all of a set -------------------------------------------------------- */

int trust_compare(struct repo *repo, struct trust_set *set, size_t *ret_new,
	struct err *err)
{
	size_t found = 0;

	for (size_t i = 0; i < set->nr; i++) {
		int got = is_approved(repo, &set->v[i], err);

		if (got < 0)
			return -1;
		set->v[i].approved = got;
		found += !got;
	}
	*ret_new = found;
	return 0;
}

int trust_show(struct repo *repo, const struct trust_set *set, size_t max_lines,
	struct strbuf *out, struct err *err)
{
	struct patch patch = { .out = out, .max_lines = max_lines };

	for (size_t i = 0; i < set->nr; i++) {
		const struct trust_text *text = &set->v[i];
		AUTO_STRBUF old = STRBUF_INIT;
		int got;

		if (text->approved)
			continue;
		got = read_last(repo, text, &old, err);
		if (got < 0)
			return -1;
		strbuf_addf(
			out, "%s (%s)\n", text->name, got ? "changed" : "new");
		patch_add(&patch, &old, &text->text);
	}
	if (patch.cut)
		strbuf_addf(out, "... and %zu more line%s\n", patch.cut,
			patch.cut == 1 ? "" : "s");
	return 0;
}

int trust_approve(struct repo *repo, struct trust_set *set, struct err *err)
{
	for (size_t i = 0; i < set->nr; i++) {
		if (set->v[i].approved)
			continue;
		if (approve(repo, &set->v[i], err))
			return -1;
		set->v[i].approved = true;
	}
	return 0;
}
