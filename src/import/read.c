/* What the readers of other tools' files share. */
#include "import/sources.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <string.h>

#define FILE_MAX (4 << 20)

static bool is_text(const struct strbuf *text)
{
	size_t each;

	for (size_t at = 0; at < text->len; at += each) {
		each = utf8_decode(text->buf + at, text->len - at, NULL);
		if (!each || !text->buf[at])
			return false;
	}
	return true;
}

int import_text(
	const char *top, const char *name, struct strbuf *ret, struct err *err)
{
	AUTO_FREE char *path = fs_join(top, name);
	int found = fs_is_dir(path) ? 0 : fs_read(path, ret, FILE_MAX, err);

	if (found > 0 && !is_text(ret))
		return err_set(err, "'%s' is not UTF-8 text", name);
	return found;
}

int import_read(struct recipe *recipe, const char *top, const char *name,
	struct node **ret, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	int found = import_text(top, name, &text, err);

	*ret = NULL;
	if (found <= 0)
		return found;
	return node_read(recipe->arena, arena_strdup(recipe->arena, name),
		text.buf, text.len, ret, err);
}

/* Where `at` has "$1", "${1}", "$@" or "$*", quoted or not: what it is. */
static size_t argument(const char *at, char *ret)
{
	size_t quote = *at == '"', brace, len;

	if (at[quote] != '$')
		return 0;
	brace = at[quote + 1] == '{';
	*ret = at[quote + 1 + brace];
	if (!isdigit((unsigned char)*ret) && *ret != '@' && *ret != '*')
		return 0;
	len = quote + 2 + brace;
	if (brace && at[len++] != '}')
		return 0;
	if (isdigit((unsigned char)at[len]) || (quote && at[len++] != '"'))
		return 0;
	return len;
}

const char *import_command(struct recipe *recipe, const char *text)
{
	AUTO_STRBUF out = STRBUF_INIT;
	bool quoted = false;

	while (*text) {
		char which;
		size_t len = quoted ? 0 : argument(text, &which);

		if (len) {
			strbuf_addf(&out, "{%c}",
				isdigit((unsigned char)which) ? which : '0');
			text += len;
			continue;
		}
		quoted ^= *text == '\'';
		strbuf_addch(&out, *text++);
	}
	return arena_strdup(recipe->arena, out.buf);
}
