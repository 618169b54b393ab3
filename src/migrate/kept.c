/*
 * The driver writes these files, in the transaction that takes the rows away,
 * and reads them again; here they are only found and named.  They hold people's
 * data, so their folder is nobody else's.
 */
#include "migrate/kept.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/node.h"
#include "hookrun/migrate/kept.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#define SUFFIX ".kept"
#define HEAD_MAX 65536 /* the first line of a file */

char *kept_dir(struct repo *repo)
{
	return fs_join(repo_commondir(repo), "hookrun/db/kept");
}

char *kept_file(const char *dir, const char *id)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "%s" SUFFIX, id);
	return fs_join(dir, name.buf);
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

void migrate_kept_ids(struct repo *repo, struct strvec *ret)
{
	AUTO_FREE char *dir = kept_dir(repo);

	find_ids(dir, ret);
}

int migrate_kept_list(struct repo *repo, struct arena *arena,
	struct strbuf *out, struct err *err)
{
	AUTO_FREE char *dir = kept_dir(repo);
	AUTO_STRVEC ids = STRVEC_INIT;

	find_ids(dir, &ids);
	for (size_t i = 0; i < ids.nr; i++) {
		AUTO_FREE char *path = kept_file(dir, ids.v[i]);

		if (show(arena, path, ids.v[i], out, err))
			return -1;
	}
	return 0;
}
