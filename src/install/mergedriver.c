/*
 * Attributes come with a commit, and the driver that they name does not: git
 * merges as text where a clone has none, and says nothing.  So whoever looks at
 * a clone (`install`, `status`, `doctor`) says so.
 *
 * What git is told is short and does not go stale: it looks for the script in
 * the common git directory, wherever that is by now, and merges by itself
 * where there is none.  A driver that cannot be started would be worse than
 * none: git takes that for a conflict, with their side left out.  So the script
 * is read by the shell that git starts, since a PATH may have none.
 */
#include "hookrun/install/mergedriver.h"

#include "install/shim.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/install/install.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT "hookrun/merge-driver"
#define TEMPLATE "merge_driver.sh"
#define SECTION "merge." MERGEDRIVER
#define ATTRIBUTE "merge=" MERGEDRIVER
#define ATTRIBUTES_MAX (1 << 20)

static const char command[] = "f=$(git rev-parse --git-common-dir)/" SCRIPT "; "
			      "if [ -f \"$f\" ]; then "
			      "set -- %O %A %B %L %P %S %X %Y; . \"$f\"; "
			      "else git merge-file -q --marker-size=%L "
			      "-L ours -L base -L theirs %A %O %B; fi";

static char *script_path(const struct repo *repo)
{
	return fs_join(repo_commondir(repo), SCRIPT);
}

/* ---- the script ---------------------------------------------------------- */

/* The slots in the order of the text. */
static void render(const char *template, const char *program,
	const char *search, struct strbuf *out)
{
	const struct {
		const char *mark, *value;
	} slots[] = { { "@BINARY_PATH@", program },
		{ "@SEARCH_PATH@", search } };

	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		const char *mark = strstr(template, slots[i].mark);

		strbuf_add(out, template, (size_t)(mark - template));
		shim_quote(out, slots[i].value);
		template = mark + strlen(slots[i].mark);
	}
	strbuf_addstr(out, template);
}

static int write_script(struct repo *repo, const char *program, struct err *err)
{
	AUTO_FREE char *path = script_path(repo);
	AUTO_FREE char *search = install_search(repo);
	AUTO_STRBUF text = STRBUF_INIT;
	const char *template = embed_get(TEMPLATE, NULL);

	if (!template)
		return err_set(
			err, "this binary was built without its merge driver");
	render(template, program ? program : "", search ? search : "", &text);
	if (fs_mkdirs_for(path, err))
		return -1;
	return fs_write_atomic(path, text.buf, text.len, 0755, err);
}

int mergedriver_refresh(struct repo *repo, const char *program, struct err *err)
{
	AUTO_FREE char *path = script_path(repo);

	return fs_exists(path) ? write_script(repo, program, err) : 0;
}

/* ---- the setting --------------------------------------------------------- */

static int set(
	struct repo *repo, const char *key, const char *value, struct err *err)
{
	return gitcmd(repo, GIT_ARGS("config", "--local", key, value), NULL,
		NULL, err);
}

int mergedriver_install(struct repo *repo, const char *program, struct err *err)
{
	if (write_script(repo, program, err) ||
		set(repo, SECTION ".name",
			"a schema by its tables, columns and versions", err))
		return -1;
	return set(repo, SECTION ".driver", command, err);
}

/* 1 and the setting, 0 where there is none, -1.  `scope`: NULL is any. */
static int get(struct repo *repo, const char *scope, struct strbuf *out,
	struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;
	int status;

	strvec_push(&args, "config");
	if (scope)
		strvec_push(&args, scope);
	strvec_push(&args, "--get");
	strvec_push(&args, SECTION ".driver");
	if (gitcmd(repo, strvec_words(&args), &status, out, err))
		return -1;
	if (status > 1)
		return err_set(err, "git cannot read its configuration");
	return !status;
}

int mergedriver_remove(struct repo *repo, bool *ret_was, struct err *err)
{
	AUTO_FREE char *path = script_path(repo);
	AUTO_STRBUF value = STRBUF_INIT;
	int set = get(repo, "--local", &value, err);

	if (set < 0 || (set && gitcmd(repo,
				       GIT_ARGS("config", "--local",
					       "--remove-section", SECTION),
				       NULL, NULL, err)))
		return -1;
	*ret_was = set || fs_exists(path);
	if (unlink(path) && errno != ENOENT)
		return err_errno(err, "cannot remove '%s'", path);
	return 0;
}

int mergedriver_is_set(struct repo *repo, struct err *err)
{
	AUTO_FREE char *path = script_path(repo);
	AUTO_STRBUF value = STRBUF_INIT;
	int set = get(repo, NULL, &value, err);

	if (set <= 0)
		return set;
	/* Somebody may have a driver of that name that needs no script. */
	return !strstr(value.buf, SCRIPT) || fs_exists(path);
}

/* ---- the attributes ------------------------------------------------------ */

bool mergedriver_is_missing(const struct repo *repo)
{
	static const char *const places[] = { ".gitattributes",
		"db/.gitattributes" };
	AUTO_FREE char *path = script_path(repo);
	AUTO_FREE char *info = fs_join(repo_commondir(repo), "info/attributes");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored;

	if (fs_exists(path))
		return false;
	fs_read(info, &text, ATTRIBUTES_MAX, &ignored);
	for (size_t i = 0; repo_worktree(repo) && i < ARRAY_SIZE(places); i++) {
		AUTO_FREE char *file = fs_join(repo_worktree(repo), places[i]);

		fs_read(file, &text, ATTRIBUTES_MAX, &ignored);
	}
	return strstr(text.buf, ATTRIBUTE) != NULL;
}

static int list_files(struct repo *repo, struct strvec *ret, struct err *err)
{
	return gitcmd_list(repo,
		GIT_ARGS("ls-files", "-z", "--", ":(top,glob)**/db/schema.rb",
			":(top,glob)**/db/*_schema.rb",
			":(top,glob)**/db/structure.sql",
			":(top,glob)**/db/*_structure.sql"),
		ret, err);
}

/* "PATH", "merge", VALUE, each ended by a NUL. */
static void take_values(const struct strbuf *out, struct schema_files *ret)
{
	const char *pos = out->buf, *end = out->buf + out->len;

	while (pos < end) {
		const char *path = pos, *value;

		for (int i = 0; i < 2 && pos < end; i++)
			pos += strlen(pos) + 1;
		value = pos < end ? pos : "";
		pos += strlen(value) + 1;
		if (!strcmp(value, MERGEDRIVER))
			strvec_push(&ret->named, path);
		else if (!strcmp(value, "unspecified"))
			strvec_push(&ret->unnamed, path);
	}
}

int mergedriver_files(
	struct repo *repo, struct schema_files *ret, struct err *err)
{
	AUTO_STRVEC files = STRVEC_INIT;
	AUTO_STRBUF in = STRBUF_INIT, out = STRBUF_INIT;

	if (!repo_worktree(repo))
		return 0;
	if (list_files(repo, &files, err))
		return -1;
	for (size_t i = 0; i < files.nr; i++)
		strbuf_add(&in, files.v[i], strlen(files.v[i]) + 1);
	if (files.nr &&
		gitcmd_in(repo,
			GIT_ARGS("check-attr", "-z", "--stdin", "merge"),
			in.buf, in.len, NULL, &out, err))
		return -1;
	take_values(&out, ret);
	return 0;
}

void schema_files_release(struct schema_files *files)
{
	strvec_release(&files->named);
	strvec_release(&files->unnamed);
}
