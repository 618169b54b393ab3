/*
 * A migration that was applied from a branch that is amended, deleted and
 * collected by gc can only be rolled back if somebody held on to its text.
 * They are files of ours: objects that only a ref holds would go out with `git
 * push --mirror`, as those of version 0.1 did, whose refs are taken over here.
 * A text is used only if its bytes still have the id that it is kept under.
 */
#include "migrate/keep.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <stdio.h>
#include <unistd.h>

#define LIST_MAX (16 * 1024 * 1024)

/* malloc'd, as are the two below. */
static char *folder_of(struct repo *repo, const char *key)
{
	AUTO_FREE char *all = fs_join(
		repo_commondir(repo), "hookrun/migrations");

	return fs_join(all, key);
}

static char *list_path(struct repo *repo, const char *key)
{
	AUTO_FREE char *folder = folder_of(repo, key);

	return fs_join(folder, "list");
}

static char *text_path(
	struct repo *repo, const char *key, const struct oid *blob)
{
	AUTO_FREE char *folder = folder_of(repo, key);

	return fs_join(folder, blob->hex);
}

/* ---- version 0.1: refs/hookrun/migrations/KEY, a flat tree of the files ----
 */

static char *old_ref(const char *key)
{
	return fs_join("refs/hookrun/migrations", key);
}

static int add_entry(const struct repo_entry *entry, void *data)
{
	struct migration item = { .name = entry->path, .blob = entry->oid };

	if (!entry->is_dir && migration_parse(entry->path, &item.version))
		migrations_add(data, &item);
	return 0;
}

/* Whether there is one, with what it holds. */
static bool read_old(struct repo *repo, const char *key, struct migrations *ret)
{
	AUTO_FREE char *ref = old_ref(key);
	struct err ignored = ERR_INIT;
	struct oid tree;

	if (repo_ref_read(repo, ref, &tree, &ignored) != 1)
		return false;
	repo_tree_oid_each(repo, &tree, false, add_entry, ret, &ignored);
	return true;
}

static void remove_old(struct repo *repo, const char *key)
{
	AUTO_FREE char *ref = old_ref(key);
	struct err ignored = ERR_INIT;
	struct oid tree;

	if (repo_ref_read(repo, ref, &tree, &ignored) == 1)
		gitcmd(repo, GIT_ARGS("update-ref", "-d", ref), NULL, NULL,
			&ignored);
}

/* ---- the list --------------------------------------------------------------
 */

static void add_line(const char *line, struct migrations *ret)
{
	const char *name = strchr(line, ' ');
	struct migration item = { .name = name ? name + 1 : "" };

	if (name && oid_parse_n(line, (size_t)(name - line), &item.blob) &&
		migration_parse(item.name, &item.version))
		migrations_add(ret, &item);
}

void keep_read(struct repo *repo, const char *key, struct migrations *ret)
{
	AUTO_FREE char *path = list_path(repo, key);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	size_t len;

	if (fs_read(path, &text, LIST_MAX, &ignored) < 1)
		read_old(repo, key, ret);
	for (size_t at = 0; at < text.len; at += len + 1) {
		len = strlen(text.buf + at);
		add_line(text.buf + at, ret);
	}
	migrations_sort(ret);
}

void keep_adopt(struct repo *repo, const char *former, const char *key)
{
	AUTO_FREE char *from = folder_of(repo, former);
	AUTO_FREE char *to = folder_of(repo, key);
	AUTO_ARENA arena = ARENA_INIT;
	struct migrations list = { .arena = &arena };
	struct err ignored = ERR_INIT;

	if (!fs_exists(to) && !read_old(repo, key, &list) && rename(from, to) &&
		read_old(repo, former, &list) &&
		!keep_write(repo, key, &list, &ignored))
		remove_old(repo, former);
}

/* ---- the texts -------------------------------------------------------------
 */

/* A kept text, where it is whole. */
static bool read_kept(struct repo *repo, const char *key,
	const struct oid *blob, struct strbuf *out)
{
	AUTO_FREE char *path = text_path(repo, key, blob);
	struct err ignored = ERR_INIT;
	size_t before = out->len;
	struct oid found;

	if (fs_read(path, out, MIGRATION_MAX_BYTES, &ignored) == 1 &&
		!repo_hash_bytes(repo, out->buf + before, out->len - before,
			&found, &ignored) &&
		oid_eq(&found, blob))
		return true;
	strbuf_setlen(out, before);
	return false;
}

bool keep_has(struct repo *repo, const char *key, const struct oid *blob)
{
	AUTO_FREE char *path = text_path(repo, key, blob);

	return fs_exists(path) || repo_has_object(repo, blob);
}

int keep_text(struct repo *repo, const char *key, const struct oid *blob,
	struct strbuf *out, struct err *err)
{
	return read_kept(repo, key, blob, out)
		       ? 0
		       : repo_blob_read(repo, blob, out, err);
}

static int write_text(struct repo *repo, const char *key,
	const struct oid *blob, const struct strbuf *text, struct err *err)
{
	AUTO_FREE char *path = text_path(repo, key, blob);

	if (fs_mkdirs_for(path, err))
		return -1;
	return fs_write_cache(path, text->buf, text->len, err);
}

int keep_add(struct repo *repo, const char *key, const struct strbuf *text,
	struct oid *ret, struct err *err)
{
	if (repo_hash_bytes(repo, text->buf, text->len, ret, err))
		return -1;
	return write_text(repo, key, ret, text, err);
}

/* 1 kept, 0 nobody has it. */
static int keep_one(struct repo *repo, const char *key, const struct oid *blob,
	struct err *err)
{
	AUTO_FREE char *path = text_path(repo, key, blob);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err missing = ERR_INIT;

	if (fs_exists(path))
		return 1;
	if (repo_blob_read(repo, blob, &text, &missing))
		return 0;
	return write_text(repo, key, blob, &text, err) ? -1 : 1;
}

/* Texts that no list names any more. */
static void remove_rest(
	struct repo *repo, const char *key, const struct migrations *list)
{
	AUTO_FREE char *folder = folder_of(repo, key);
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	fs_list(folder, &names, &ignored);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = fs_join(folder, names.v[i]);
		bool named = !strcmp(names.v[i], "list");

		for (size_t k = 0; k < list->nr && !named; k++)
			named = !strcmp(names.v[i], list->v[k].blob.hex);
		if (!named)
			unlink(path);
	}
}

static bool is_kept(const char *path, const struct strbuf *lines)
{
	AUTO_STRBUF old = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(path, &old, LIST_MAX, &ignored) == 1 &&
	       old.len == lines->len && !memcmp(old.buf, lines->buf, old.len);
}

static void add_to_list(struct strbuf *lines, const struct migration *item)
{
	strbuf_addf(lines, "%s %s", item->blob.hex, item->name);
	strbuf_addch(lines, '\0');
}

static int keep_texts(struct repo *repo, const char *key,
	const struct migrations *list, struct strbuf *lines, struct err *err)
{
	for (size_t i = 0; i < list->nr; i++) {
		int kept = keep_one(repo, key, &list->v[i].blob, err);

		if (kept < 0)
			return -1;
		if (kept)
			add_to_list(lines, &list->v[i]);
	}
	return 0;
}

int keep_write(struct repo *repo, const char *key,
	const struct migrations *list, struct err *err)
{
	AUTO_FREE char *path = list_path(repo, key);
	AUTO_STRBUF all = STRBUF_INIT, lines = STRBUF_INIT;

	for (size_t i = 0; i < list->nr; i++)
		add_to_list(&all, &list->v[i]);
	if (is_kept(path, &all))
		return 0;
	if (keep_texts(repo, key, list, &lines, err) ||
		fs_mkdirs_for(path, err) ||
		fs_write_cache(path, lines.buf, lines.len, err))
		return err_prefix(err, "cannot keep the applied migrations");
	remove_rest(repo, key, list);
	remove_old(repo, key);
	return 0;
}
