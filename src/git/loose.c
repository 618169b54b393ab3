/*
 * Loose objects, read by ourselves: a file that zlib has packed, "TYPE SIZE"
 * and a NUL before the content.
 *
 * The commit that HEAD is and the trees on the way to what is staged are
 * nearly always loose, since git has just written them; starting libgit2 for
 * the two or three of them would be a fifth of the cost of a short run.
 * Whatever is not as expected (packed, an odd header, cut short) is left to
 * the others, who also know what to say of it.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEADER_MAX 32 /* "commit 18446744073709551615" */
#define FIRST_BYTES 4096
#define MEMO_MAX 8192 /* bytes of an object that is kept */

/* The last commit and the last tree: which paths a commit has is asked one by
 * one, and nearly always they are in its first folder. */
struct loose_memo {
	struct oid oid[2];
	struct strbuf content[2];
};

/* The content begins here; NULL where the header is not that of `type`.
 * `ret_size` is how long it says that the content is. */
static const char *past_header(
	const char *text, size_t len, const char *type, size_t *ret_size)
{
	size_t name = strlen(type), max = len < HEADER_MAX ? len : HEADER_MAX;
	const char *nul = memchr(text, '\0', max);
	char *end;

	if (!nul || (size_t)(nul - text) < name + 2 ||
		memcmp(text, type, name) || text[name] != ' ' ||
		text[name + 1] < '0' || text[name + 1] > '9')
		return NULL;
	*ret_size = strtoul(text + name + 1, &end, 10);
	return end == nul && *ret_size <= LOOSE_MAX ? nul + 1 : NULL;
}

/* Into `out`, which has room for `want` bytes more; all of it, or -1. */
static int inflate_rest(z_stream *stream, size_t want, struct strbuf *out)
{
	size_t before = out->len;
	int code;

	strbuf_grow(out, want + 1);
	stream->next_out = (unsigned char *)out->buf + out->len;
	stream->avail_out = (unsigned)(want + 1);
	code = inflate(stream, Z_FINISH);
	out->len += want + 1 - stream->avail_out;
	out->buf[out->len] = '\0';
	return code == Z_STREAM_END && out->len == before + want ? 0 : -1;
}

static int unpack(z_stream *stream, const char *type, struct strbuf *out)
{
	char first[FIRST_BYTES];
	const char *content;
	size_t got, size;
	int code;

	stream->next_out = (unsigned char *)first;
	stream->avail_out = sizeof(first);
	code = inflate(stream, Z_SYNC_FLUSH);
	got = sizeof(first) - stream->avail_out;
	if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
		return -1;
	content = past_header(first, got, type, &size);
	if (!content)
		return -1;
	got -= (size_t)(content - first);
	if (got > size)
		return -1;
	strbuf_add(out, content, got);
	if (code == Z_STREAM_END)
		return got == size ? 0 : -1;
	return inflate_rest(stream, size - got, out);
}

int loose_parse(
	const struct strbuf *packed, const char *type, struct strbuf *out)
{
	z_stream stream = { .next_in = (unsigned char *)packed->buf,
		.avail_in = (unsigned)packed->len };
	int failed;

	strbuf_reset(out);
	if (inflateInit(&stream) != Z_OK)
		return -1;
	failed = unpack(&stream, type, out);
	inflateEnd(&stream);
	if (failed)
		strbuf_reset(out);
	return failed;
}

static int read_packed(struct repo *repo, const struct oid *oid,
	const char *type, struct strbuf *out)
{
	AUTO_STRBUF path = STRBUF_INIT, packed = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	strbuf_addf(&path, "%s/objects/%.2s/%s", repo->commondir, oid->hex,
		oid->hex + 2);
	if (fs_read(path.buf, &packed, LOOSE_MAX, &ignored) != 1)
		return -1;
	return loose_parse(&packed, type, out);
}

static void remember(struct repo *repo, const struct oid *oid, int slot,
	const struct strbuf *content)
{
	struct loose_memo *memo = repo->loose;

	if (content->len > MEMO_MAX)
		return;
	if (!memo) {
		memo = repo->loose = xcalloc(1, sizeof(*memo));
		strbuf_init(&memo->content[0]);
		strbuf_init(&memo->content[1]);
	}
	memo->oid[slot] = *oid;
	strbuf_reset(&memo->content[slot]);
	strbuf_add(&memo->content[slot], content->buf, content->len);
}

int loose_read(struct repo *repo, const struct oid *oid, bool is_commit,
	struct strbuf *out)
{
	const struct loose_memo *memo = repo->loose;
	const char *moved = getenv("GIT_OBJECT_DIRECTORY");

	if (repo->sha256 || (moved && *moved) || strlen(oid->hex) < 3)
		return -1;
	if (memo && oid_eq(&memo->oid[is_commit], oid)) {
		strbuf_reset(out);
		strbuf_add(out, memo->content[is_commit].buf,
			memo->content[is_commit].len);
		return 0;
	}
	if (read_packed(repo, oid, is_commit ? "commit" : "tree", out))
		return -1;
	remember(repo, oid, is_commit, out);
	return 0;
}

void loose_forget(struct repo *repo)
{
	for (int slot = 0; repo->loose && slot < 2; slot++)
		strbuf_release(&repo->loose->content[slot]);
	free(repo->loose);
	repo->loose = NULL;
}
