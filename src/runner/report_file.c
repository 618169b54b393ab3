/*
 * All formats are made of the recording, which has what happened in one shape:
 * a new format is a function and a row.  They are files and not output, since
 * what jobs print stays where people look for it.
 */
#include "hookrun/runner/report_file.h"

#include "runner/junit.h"
#include "runner/sarif.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/runner/recording.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void json_add(struct strbuf *out, const struct recording *run)
{
	strbuf_addstr(out, run->text);
	strbuf_addch(out, '\n');
}

static const struct format {
	const char *name;
	void (*write)(struct strbuf *out, const struct recording *run);
} formats[] = { { "json", json_add }, { "junit", junit_add },
	{ "sarif", sarif_add } };

int report_files_add(
	struct report_files *files, const char *text, struct err *err)
{
	size_t len = strcspn(text, "=");
	AUTO_FREE char *here = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strlen(formats[i].name) != len ||
			strncmp(formats[i].name, text, len) || !text[len] ||
			!text[len + 1])
			continue;
		here = getcwd(NULL, 0);
		if (!here)
			return err_errno(err, "cannot tell where we are");
		xgrow(&files->v, &files->cap, files->nr + 1, sizeof(*files->v));
		files->v[files->nr++] =
			(struct report_file){ .write = formats[i].write,
				.path = fs_clean(here, text + len + 1) };
		return 0;
	}
	return err_set(err,
		"'%s' is no report: json=FILE, junit=FILE or sarif=FILE", text);
}

int report_files_begin(const struct report_files *files, struct err *err)
{
	for (size_t i = 0; i < files->nr; i++)
		if (fs_write_cache(files->v[i].path, "", 0, err))
			return -1;
	return 0;
}

int report_files_write(const struct report_files *files,
	const struct strbuf *record, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct recording run;

	if (!files->nr)
		return 0;
	if (recording_parse(&arena, record->buf, record->len, &run, err))
		return -1;
	for (size_t i = 0; i < files->nr; i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		files->v[i].write(&text, &run);
		if (fs_write_cache(files->v[i].path, text.buf, text.len, err))
			return -1;
	}
	return 0;
}

void report_files_release(struct report_files *files)
{
	for (size_t i = 0; i < files->nr; i++)
		free(files->v[i].path);
	free(files->v);
	*files = (struct report_files){ 0 };
}
