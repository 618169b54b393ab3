/*
 * Migrations are told apart by version alone, as Rails does it: a number, so
 * that "001_x.rb" is version 1.  Names are only for people.  What Rails would
 * not load is not a migration here either, else a stray file beside the others
 * would count as one that is pending for ever.
 */
#include "migrate/migration.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <errno.h>

#define VERSION_DIGITS 18
#define FOLDER_DEPTH 16
#define TIME_DIGITS 8 /* the least of a number that is made of a date */

static const char *skip_word(const char *pos)
{
	while (*pos == '_' || islower((unsigned char)*pos) ||
		isdigit((unsigned char)*pos))
		pos++;
	return pos;
}

bool migration_parse(const char *path, int64_t *ret_version)
{
	const char *pos = fs_basename(path), *start = pos;
	int64_t version = 0;

	while (isdigit((unsigned char)*pos)) {
		if (pos - start >= VERSION_DIGITS)
			return false;
		version = version * 10 + (*pos++ - '0');
	}
	if (pos == start || *pos != '_')
		return false;
	pos = skip_word(pos + 1);
	/* 2024_create_x.my_engine.rb: the second word is an engine's. */
	if (*pos == '.' && strcmp(pos, ".rb"))
		pos = skip_word(pos + 1);
	if (strcmp(pos, ".rb"))
		return false;
	*ret_version = version;
	return true;
}

const char *migration_title(const char *name, struct arena *arena)
{
	size_t len;

	while (isdigit((unsigned char)*name))
		name++;
	if (*name == '_')
		name++;
	len = strlen(name);
	if (len > 3 && !strcmp(name + len - 3, ".rb"))
		len -= 3;
	return arena_strndup(arena, name, len);
}

void migrations_add(struct migrations *list, const struct migration *item)
{
	struct migration *slot;

	if (list->nr == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 32;
		struct migration *more = arena_alloc(
			list->arena, cap * sizeof(*more));

		if (list->nr)
			memcpy(more, list->v, list->nr * sizeof(*more));
		list->v = more;
		list->cap = cap;
	}
	slot = &list->v[list->nr++];
	*slot = *item;
	slot->name = arena_strdup(list->arena, item->name);
	slot->dir = arena_strdup(list->arena, item->dir ? item->dir : "");
}

static int by_version(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	return strcmp(x->name, y->name);
}

void migrations_sort(struct migrations *list)
{
	if (list->nr)
		qsort(list->v, list->nr, sizeof(*list->v), by_version);
}

struct migration *migrations_find(
	const struct migrations *list, int64_t version)
{
	size_t low = 0, high = list->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (list->v[mid].version < version)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < list->nr && list->v[low].version == version)
		return &list->v[low];
	return NULL;
}

const struct migration *migrations_twice(const struct migrations *list)
{
	for (size_t i = 1; i < list->nr; i++)
		if (list->v[i - 1].version == list->v[i].version)
			return &list->v[i - 1];
	return NULL;
}

/* "models/2024_x.rb" below `dir`: folder and name apart. */
static void add_path(struct migrations *list, const char *dir, const char *path,
	struct migration *item)
{
	AUTO_FREE char *full = fs_join(dir, path);
	AUTO_FREE char *folder = fs_dirname(full);

	item->name = fs_basename(path);
	item->dir = folder;
	migrations_add(list, item);
}

struct tree_walk {
	struct migrations *list;
	const char *dir;
};

static int add_entry(const struct repo_entry *entry, void *data)
{
	struct tree_walk *walk = data;
	struct migration item = { .blob = entry->oid, .in_head = true };

	if (!entry->is_dir && migration_parse(entry->path, &item.version))
		add_path(walk->list, walk->dir, entry->path, &item);
	return 0;
}

char *migrations_tree_path(const char *app_rel, const char *dir)
{
	AUTO_FREE char *joined = fs_join(app_rel, dir);
	AUTO_FREE char *clean = fs_clean("/", joined);

	return *dir == '/' ? NULL : xstrdup(clean + 1);
}

char *migrations_dir_at(const char *app_rel, const char *path)
{
	size_t len = strlen(app_rel);
	struct strbuf up = STRBUF_INIT;

	if (!len)
		return xstrdup(path);
	if (!strncmp(path, app_rel, len) && path[len] == '/')
		return xstrdup(path + len + 1);
	strbuf_addstr(&up, "../");
	for (const char *c = app_rel; *c; c++)
		if (*c == '/')
			strbuf_addstr(&up, "../");
	strbuf_addstr(&up, path);
	return strbuf_detach(&up, NULL);
}

int migrations_of_commit(struct repo *repo, const struct oid *commit,
	const char *app_rel, const char *dir, struct migrations *list,
	struct err *err)
{
	AUTO_FREE char *path = migrations_tree_path(app_rel, dir);
	struct tree_walk walk = { .list = list, .dir = dir };

	if (!path)
		return 0;
	return repo_tree_each(repo, commit, path, true, add_entry, &walk, err);
}

static int scan_folder(const char *app, const char *dir, int depth,
	struct migrations *list, struct err *err)
{
	AUTO_FREE char *path = fs_join(app, dir);
	DIR *handle = opendir(path);
	struct dirent *entry;
	int ret = 0;

	if (!handle && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!handle)
		return err_errno(err, "cannot read '%s'", path);
	while (!ret && (entry = readdir(handle))) {
		AUTO_FREE char *inner = fs_join(dir, entry->d_name);
		AUTO_FREE char *full = fs_join(app, inner);
		struct migration item = { .on_disk = true };

		if (entry->d_name[0] == '.')
			continue;
		if (migration_parse(entry->d_name, &item.version) &&
			!fs_is_dir(full))
			add_path(list, dir, entry->d_name, &item);
		else if (entry->d_type != DT_REG && depth < FOLDER_DEPTH &&
			 fs_is_dir(full))
			ret = scan_folder(app, inner, depth + 1, list, err);
	}
	closedir(handle);
	return ret;
}

char *migrations_link(const char *app, const char *dir)
{
	AUTO_FREE char *path = fs_join(app, dir);
	AUTO_FREE char *top = realpath(app, NULL), *real = NULL;
	size_t len = top ? strlen(top) : 0;
	struct stat st;

	if (!top || lstat(path, &st) || !S_ISLNK(st.st_mode))
		return NULL;
	real = realpath(path, NULL);
	if (!real || strncmp(real, top, len) != 0 || real[len] != '/')
		return NULL;
	return xstrdup(real + len + 1);
}

int migrations_on_disk(const char *app, const char *dir,
	struct migrations *list, struct err *err)
{
	AUTO_FREE char *target = migrations_link(app, dir);

	if (target)
		return 0;
	return scan_folder(app, dir, 0, list, err);
}

/* A reader of Ruby text that hands out one significant byte after the other:
 * no comments, blanks outside quotes as one, line ends as blanks, and not the
 * name of the migration's class, which says nothing about what is done. */
struct reader {
	const char *pos;
	const char *name, *name_end; /* of the class; NULL: none was found */
	char quote; /* the one that is open on this line, or 0 */
	bool started;
};

static bool skip_blanks(struct reader *r)
{
	const char *start = r->pos;

	for (;;) {
		bool line_start = r->pos == start && !r->started;

		while (isspace((unsigned char)*r->pos))
			r->pos++;
		/* "#{" is an interpolation wherever it stands. */
		if (*r->pos != '#' || r->pos[1] == '{' ||
			(r->pos == start && !line_start))
			break;
		r->pos += strcspn(r->pos, "\n");
	}
	return r->pos != start;
}

static const char *after(const char *pos, const char *word)
{
	size_t len = strlen(word);

	return strncmp(pos, word, len) ? NULL : pos + len;
}

static const char *after_blanks(const char *pos)
{
	return pos + strspn(pos, " \t");
}

/* On a line "class Name < ActiveRecord::Migration". */
static bool find_name(struct reader *r, const char *line)
{
	const char *name = after(after_blanks(line), "class "), *end, *base;

	if (!name)
		return false;
	name = after_blanks(name);
	for (end = name;
		isalnum((unsigned char)*end) || *end == '_' || *end == ':';)
		end++;
	base = after(after_blanks(end), "<");
	if (end == name || !base)
		return false;
	base = after_blanks(base);
	if (!after(base, "ActiveRecord::Migration") &&
		!after(base, "::ActiveRecord::Migration"))
		return false;
	r->name = name;
	r->name_end = end;
	return true;
}

static void reader_init(struct reader *r, const char *text)
{
	*r = (struct reader){ .pos = text };
	while (!find_name(r, text) && (text = strchr(text, '\n')))
		text++;
}

static int next_byte(struct reader *r)
{
	char c;

	if (!r->quote && skip_blanks(r) && r->started && *r->pos)
		return ' ';
	if (r->pos == r->name)
		r->pos = r->name_end;
	r->started = true;
	c = *r->pos;
	if (!c)
		return 0;
	if (r->quote && c == '\\' && r->pos[1] && r->pos[1] != '\n') {
		/* The escaped byte cannot end the string: pass both on. */
		r->pos++;
		return 256 + (unsigned char)*r->pos++;
	}
	if (c == '\n' || c == r->quote)
		r->quote = 0;
	else if (!r->quote && (c == '"' || c == '\''))
		r->quote = c;
	r->pos++;
	return (unsigned char)c;
}

bool migration_same_text(const char *a, const char *b)
{
	struct reader x, y;

	reader_init(&x, a);
	reader_init(&y, b);
	for (;;) {
		int left = next_byte(&x), right = next_byte(&y);

		if (left != right)
			return false;
		if (!left)
			return true;
	}
}

/* Past the number `digits`, where the reader stands on just that. */
static void skip_number(struct reader *r, const char *start, const char *digits)
{
	const char *end = after(r->pos, digits);

	if (end && strlen(digits) >= TIME_DIGITS &&
		!isdigit((unsigned char)*end) &&
		(r->pos == start || !isdigit((unsigned char)r->pos[-1])))
		r->pos = end;
}

uint64_t migration_print(const char *text, int64_t version)
{
	uint64_t hash = HASH_START;
	struct reader r;
	char digits[24];
	int byte;

	snprintf(digits, sizeof(digits), "%lld", (long long)version);
	reader_init(&r, text);
	for (;;) {
		skip_number(&r, text, digits);
		byte = next_byte(&r);
		if (!byte)
			return hash;
		hash = hash_add(hash, &byte, sizeof(byte));
	}
}
