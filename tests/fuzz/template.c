/*
 * Input: the text of a command, then file names, each behind a NUL.  Besides
 * not crashing, no file may be lost or doubled: with no room at all, every file
 * must get a command of its own.
 */
#include "hookrun/base/alloc.h"
#include "hookrun/files/template.h"

#include <stdint.h>
#include <string.h>

#define FILES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct template_pair own[] = { { "quote", "'" },
	{ "double", "\"" }, { "tick", "`" }, { "nested", "{files}{0}" } };
static char *const args[] = { (char[]){ "a b" }, (char[]){ "$(c)" }, NULL };

static void expand(const char *text, const struct strvec *files)
{
	struct template_values values = { .args = args,
		.nargs = 2,
		.job_name = files->nr ? files->v[0] : "",
		.own = own,
		.nown = ARRAY_SIZE(own) };
	AUTO_STRVEC whole = STRVEC_INIT;
	AUTO_STRVEC pieces = STRVEC_INIT;
	struct err err = ERR_INIT;
	unsigned sets = template_sets(text);
	size_t want = 0;

	for (int set = 0; set < SET_COUNT; set++)
		values.files[set] = files;
	if (template_expand(text, &values, TEMPLATE_MAX, &whole, &err)) {
		if (!*err.msg || whole.nr)
			abort();
		return;
	}
	if (template_expand(text, &values, 0, &pieces, &err))
		abort();
	for (int set = 0; set < SET_COUNT; set++)
		want += sets & 1U << set ? files->nr : 0;
	/* The user's templates may comment a token out, or quote it. */
	if (strstr(text, "{quote}") || strstr(text, "{double}") ||
		strstr(text, "{tick}") || strstr(text, "{0}") ||
		strstr(text, "{1}") || strstr(text, "{2}"))
		return;
	if (pieces.nr != (want ? want : 1))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *input = xmalloc(size + 1);
	AUTO_STRVEC files = STRVEC_INIT;
	const char *pos, *end = input + size;

	if (size)
		memcpy(input, data, size);
	input[size] = '\0';
	for (pos = input + strlen(input); pos < end && files.nr < FILES_MAX;) {
		strvec_push(&files, pos + 1);
		pos += 1 + strlen(pos + 1);
	}
	expand(input, &files);
	return 0;
}
