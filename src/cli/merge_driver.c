/*
 * `install --merge-driver`: the setting is the clone's, so that it is written;
 * the attributes are the project's, so that they are told, and written only
 * where the user says so.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/install/mergedriver.h"

#define ATTRIBUTES ".gitattributes"
#define ATTRIBUTES_MAX (1 << 20)

/* A pattern as gitattributes(5) has it. */
static void add_line(struct strbuf *out, const char *path)
{
	bool plain = !path[strcspn(path, " \t\"\\*?[#!")];

	strbuf_addf(out, plain ? "%s" : "\"", path);
	for (const char *pos = path; !plain && *pos; pos++) {
		if (strchr("\"", *pos))
			strbuf_addch(out, '\\');
		else if (strchr("\\*?[#!", *pos))
			strbuf_addstr(out, "\\\\");
		strbuf_addch(out, *pos);
	}
	strbuf_addf(out, "%s merge=" MERGEDRIVER "\n", plain ? "" : "\"");
}

static int write_lines(const char *top, const struct strbuf *lines)
{
	AUTO_FREE char *path = fs_join(top, ATTRIBUTES);
	AUTO_STRBUF text = STRBUF_INIT;
	struct stat st;
	struct err err;

	if (fs_read(path, &text, ATTRIBUTES_MAX, &err) < 0)
		return complain(&err);
	if (text.len && text.buf[text.len - 1] != '\n')
		strbuf_addch(&text, '\n');
	strbuf_add(&text, lines->buf, lines->len);
	if (fs_write_atomic(path, text.buf, text.len,
		    stat(path, &st) ? 0644 : st.st_mode & 07777, &err))
		return complain(&err);
	printf("written to " ATTRIBUTES ", to be committed:\n");
	put_printable(stdout, lines->buf);
	return 0;
}

static int name_files(struct repo *repo, const struct args *args)
{
	AUTO_SCHEMA_FILES files = { .named = STRVEC_INIT };
	AUTO_STRBUF lines = STRBUF_INIT;
	struct err err;

	if (mergedriver_files(repo, &files, &err))
		return complain(&err);
	for (size_t i = 0; i < files.unnamed.nr; i++)
		add_line(&lines, files.unnamed.v[i]);
	if (!lines.len && !files.named.nr)
		puts("no file db/schema.rb or db/structure.sql is tracked here "
		     "that could be merged so");
	if (!lines.len)
		return 0;
	if (args_has(args, "gitattributes"))
		return write_lines(repo_worktree(repo), &lines);
	puts("lines for " ATTRIBUTES ", which '--gitattributes' writes:");
	put_printable(stdout, lines.buf);
	return 0;
}

int merge_driver_install(struct repo *repo, const struct args *args)
{
	struct err err;

	if (!args_has(args, "merge-driver") &&
		!args_has(args, "gitattributes")) {
		if (mergedriver_refresh(repo, hook_program(), &err))
			return complain(&err);
		if (mergedriver_is_missing(repo) && !persona_is_lefthook())
			puts("schema files are to be merged by hookrun, as "
			     "attributes say, and this clone does not yet: "
			     "'hookrun install --merge-driver'");
		return 0;
	}
	if (mergedriver_install(repo, hook_program(), &err))
		return complain(&err);
	puts("git merges schema files by hookrun, where attributes say so");
	return name_files(repo, args);
}

int merge_driver_uninstall(struct repo *repo)
{
	struct err err;
	bool was;

	if (mergedriver_remove(repo, &was, &err))
		return complain(&err);
	if (was)
		puts("git merges schema files as text again");
	return 0;
}
