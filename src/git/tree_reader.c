/*
 * Trees as git writes them, read in place: the staged list and the lookup of a
 * path need a few entries of a few trees, for which libgit2 would have to be
 * started, and would copy them all.
 */
#include "git/tree_reader.h"

#include "hookrun/git/mode.h"

#include <string.h>

/* Old repositories have 100664 and the like (canon_mode() in git's cache.h). */
static uint32_t canonical(uint32_t mode)
{
	switch (mode & MODE_KIND) {
	case MODE_FILE:
		return mode & 0100 ? 0100755 : 0100644;
	case MODE_LINK:
	case MODE_FOLDER:
		return mode & MODE_KIND;
	default:
		return MODE_SUBMODULE;
	}
}

int tree_reader_next(struct tree_reader *tree)
{
	uint32_t mode = 0;
	const char *pos = tree->pos, *nul;

	tree->mode = 0;
	if (pos == tree->end)
		return 0;
	for (; pos < tree->end && *pos >= '0' && *pos <= '7'; pos++)
		mode = mode << 3 | (uint32_t)(*pos - '0');
	if (pos == tree->end || *pos != ' ' || !mode)
		return -1;
	tree->name = ++pos;
	nul = memchr(pos, '\0', (size_t)(tree->end - pos));
	if (!nul || nul == pos || tree->end - nul <= TREE_OID_SIZE)
		return -1;
	tree->len = (size_t)(nul - pos);
	tree->oid = (const unsigned char *)nul + 1;
	tree->pos = nul + 1 + TREE_OID_SIZE;
	tree->mode = canonical(mode);
	return 0;
}

int tree_reader_open(
	struct repo *repo, struct tree_reader *tree, const struct oid *oid)
{
	*tree = (struct tree_reader){ .data = STRBUF_INIT };
	if (oid && objects_raw(repo, oid, false, &tree->data))
		return -1;
	tree->pos = tree->data.buf;
	tree->end = tree->data.buf + tree->data.len;
	return tree_reader_next(tree);
}

void tree_reader_release(struct tree_reader *tree)
{
	strbuf_release(&tree->data);
}

int tree_of_commit(struct repo *repo, const struct oid *commit, struct oid *ret)
{
	static const char field[] = "tree ";
	AUTO_STRBUF text = STRBUF_INIT;
	char *line;

	if (objects_raw(repo, commit, true, &text) ||
		strncmp(text.buf, field, strlen(field)) != 0)
		return -1;
	line = text.buf + strlen(field);
	line[strcspn(line, "\n")] = '\0';
	return oid_parse(line, ret) ? 0 : -1;
}
