/*
 * .pre-commit-config.yaml.  A hook there is a command on the files that an
 * expression and types choose; so is a job, whose globs say most expressions.
 * What they cannot say is left to `files` with grep, and what nobody here can
 * say switches the job off: a check that sees other files than it should is
 * worse than one that says why it does not run.
 *
 * Environments that pre-commit makes are not made: the commands are run as the
 * project has them.
 */
#include "import/sources.h"

#include "import/known.h"
#include "import/pattern.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/language.h"
#include "hookrun/base/strvec.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME ".pre-commit-config.yaml"
#define NO_LINKS "not symlink"

struct reading {
	struct recipe *recipe;
	const struct node *root, *repo;
};

/* One hook, as the repository it comes from and the user have it. */
struct wanted {
	const struct node *node;
	const struct known_hook *known; /* NULL: local */
	const char *id, *command, *files, *exclude;
	const char *fail_text, *search; /* language fail, pygrep */
	bool no_names, always;
};

/* ---- values ----------------------------------------------------------------
 */

static bool flag(const struct node *map, const char *key, bool otherwise)
{
	const struct node *value = node_get(map, key);

	return value && value->kind == NODE_BOOL ? value->boolean : otherwise;
}

/* A list of texts, or blanks between those of `otherwise`. */
static void texts(const struct node *map, const char *key,
	const char *otherwise, struct strvec *ret)
{
	const struct node *list = node_get(map, key);

	if (!list && otherwise)
		strvec_split(ret, otherwise, strlen(otherwise), ' ');
	node_each (item, list) {
		if (item->str)
			strvec_push(ret, item->str);
	}
}

/* ---- commands
 * ---------------------------------------------------------------- */

/* Words as Python's shlex reads them: there is no shell, so nothing but quotes
 * and backslashes is special.  False where a quote has no end. */
static bool split(const char *text, struct strvec *ret)
{
	AUTO_STRBUF word = STRBUF_INIT;
	bool begun = false;
	char quote = 0;

	for (const char *c = text; *c; c++) {
		bool escapes = *c == '\\' && quote != '\'' && c[1] &&
			       (!quote || strchr("\"\\", c[1]));

		if (escapes) {
			strbuf_addch(&word, *++c);
			begun = true;
		} else if (quote ? *c == quote : (*c == '"' || *c == '\'')) {
			quote = quote ? 0 : *c;
			begun = true;
		} else if (!quote && strchr(" \t\n", *c)) {
			if (begun)
				strvec_push(ret, word.buf);
			strbuf_reset(&word);
			begun = false;
		} else {
			strbuf_addch(&word, *c);
			begun = true;
		}
	}
	if (begun)
		strvec_push(ret, word.buf);
	return !quote;
}

static void add_words(struct strbuf *out, const struct strvec *words)
{
	for (size_t i = 0; i < words->nr; i++) {
		if (out->len)
			strbuf_addch(out, ' ');
		recipe_quote(out, words->v[i]);
	}
}

static void add_args(struct strbuf *out, const struct wanted *hook)
{
	AUTO_STRVEC args = STRVEC_INIT;

	texts(hook->node, "args", hook->known ? hook->known->args : NULL,
		&args);
	add_words(out, &args);
}

/* Python's expressions are nearly Perl's. */
static const char *search_of(struct recipe *recipe, const struct wanted *hook)
{
	AUTO_STRVEC args = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	bool negate;

	texts(hook->node, "args", NULL, &args);
	negate = strvec_has(&args, "--negate");
	strbuf_addf(&out, "grep -%sP", negate ? "aL" : "anH");
	if (strvec_has(&args, "-i") || strvec_has(&args, "--ignore-case"))
		strbuf_addch(&out, 'i');
	if (strvec_has(&args, "--multiline"))
		strbuf_addch(&out, 'z');
	strbuf_addstr(&out, " -e ");
	recipe_quote(&out, node_str(hook->node, "entry"));
	strbuf_addstr(&out, " --");
	return negate ? arena_printf(
				recipe->arena, "test -z \"$(%s %%s)\"", out.buf)
		      : arena_printf(
				recipe->arena, "%s %%s; test $? = 1", out.buf);
}

static const char *local_command(
	struct recipe *recipe, const struct wanted *hook)
{
	const char *entry = node_str(hook->node, "entry");
	const char *language = node_str(hook->node, "language");
	AUTO_STRVEC words = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;

	if (!split(entry, &words) || !words.nr) {
		strbuf_addstr(&out, entry);
	} else {
		if (language && !strcmp(language, "script") &&
			!strchr(words.v[0], '/'))
			strbuf_addstr(&out, "./");
		recipe_quote(&out, words.v[0]);
		for (size_t i = 1; i < words.nr; i++) {
			strbuf_addch(&out, ' ');
			recipe_quote(&out, words.v[i]);
		}
	}
	add_args(&out, hook);
	return arena_strdup(recipe->arena, out.buf);
}

static const char *known_command(
	struct recipe *recipe, const struct wanted *hook)
{
	AUTO_STRBUF out = STRBUF_INIT;

	strbuf_addstr(&out, hook->known->entry);
	add_args(&out, hook);
	return arena_strdup(recipe->arena, out.buf);
}

/* ---- files
 * ------------------------------------------------------------------- */

static const char *plain_type(const char *type, bool inverse)
{
	static const struct {
		const char *name, *ours, *not ;
	} types[] = {
		{ "text", "text", "binary" },
		{ "binary", "binary", "text" },
		{ "executable", "executable", "not executable" },
		{ "non-executable", "not executable", "executable" },
		{ "symlink", "symlink", "not symlink" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(type, types[i].name))
			return inverse ? types[i].not : types[i].ours;
	return NULL;
}

/* False where it cannot be said: `*ret_languages` counts those that were. */
static bool add_type(struct recipe *recipe, struct recipe_job *job,
	const char *type, size_t *ret_languages)
{
	const char *plain = plain_type(type, false);

	if (!strcmp(type, "file"))
		return true;
	if (plain)
		words_add(recipe, &job->types, "%s", plain);
	else if (language_find(type))
		words_add(recipe, &job->types, "%s", type);
	else
		return false;
	*ret_languages += !plain;
	return true;
}

static void exclude_language(
	struct recipe *recipe, struct recipe_job *job, const char *type)
{
	const char *lists[2];

	language_names(type, &lists[0], &lists[1]);
	for (int i = 0; i < 2; i++)
		for (const char *at = lists[i]; *at;) {
			size_t len = strcspn(at, " ");
			AUTO_FREE char *name = xstrndup(at, len);

			words_add(recipe, &job->exclude, "%s%s", i ? "*" : "*.",
				name);
			at += len + (at[len] == ' ');
		}
}

static void switch_off(struct reading *in, struct recipe_job *job,
	const struct node *at, const char *why)
{
	job->off = why;
	recipe_note(in->recipe, at, "'%s' is switched off: %s", job->name, why);
}

static void set_types(
	struct reading *in, struct recipe_job *job, const struct wanted *hook)
{
	const struct known_hook *known = hook->known;
	AUTO_STRVEC all = STRVEC_INIT, one_of = STRVEC_INIT, none = STRVEC_INIT;
	size_t languages = 0, before;
	bool ok = true;

	texts(hook->node, "types", known ? known->types : NULL, &all);
	texts(hook->node, "types_or", known ? known->types_or : NULL, &one_of);
	texts(hook->node, "exclude_types", NULL, &none);
	for (size_t i = 0; i < all.nr; i++)
		ok = add_type(in->recipe, job, all.v[i], &languages) && ok;
	before = languages;
	for (size_t i = 0; i < one_of.nr; i++)
		ok = add_type(in->recipe, job, one_of.v[i], &languages) && ok;
	/* Languages are alternatives, all else must hold. */
	if (before > 1 || (before && one_of.nr) ||
		(one_of.nr > 1 && languages - before != one_of.nr))
		ok = false;
	for (size_t i = 0; i < none.nr; i++) {
		const char *plain = plain_type(none.v[i], true);

		if (plain)
			words_add(in->recipe, &job->types, "%s", plain);
		else if (language_find(none.v[i]))
			exclude_language(in->recipe, job, none.v[i]);
		else
			ok = false;
	}
	if (!job->types.nr)
		words_add(in->recipe, &job->types, NO_LINKS);
	/* pre-commit asks whether the link is there, we for the file. */
	if (strvec_has(&all, "symlink") || strvec_has(&one_of, "symlink"))
		recipe_note(in->recipe, hook->node,
			"'%s' is not given links to what does not exist",
			job->name);
	if (!ok)
		switch_off(in, job, hook->node,
			"its types cannot be said by file_types");
}

/* Expressions that a path must match, or must not. */
struct expressions {
	const char *must[2], *not [2];
	size_t nmust, nnot;
};

static void add_expression(
	const char **list, size_t *nr, const char *regex, const char *nothing)
{
	if (regex && *regex && strcmp(regex, nothing) != 0)
		list[(*nr)++] = regex;
}

static bool as_globs(struct recipe *recipe, struct recipe_job *job,
	const struct expressions *e)
{
	struct words glob = { 0 }, exclude = { 0 };
	bool ok = e->nmust < 2;

	for (size_t i = 0; ok && i < e->nmust; i++)
		ok = pattern_globs(recipe, e->must[i], &glob);
	for (size_t i = 0; ok && i < e->nnot; i++)
		ok = pattern_globs(recipe, e->not [i], &exclude);
	for (size_t i = 0; ok && i < glob.nr; i++)
		words_add(recipe, &job->glob, "%s", glob.v[i]);
	for (size_t i = 0; ok && i < exclude.nr; i++)
		words_add(recipe, &job->exclude, "%s", exclude.v[i]);
	free(glob.v);
	free(exclude.v);
	return ok;
}

static const char *as_command(
	struct recipe *recipe, const struct expressions *e)
{
	AUTO_STRBUF out = STRBUF_INIT;

	strbuf_addstr(&out, "git diff -z --cached --name-only "
			    "--diff-filter=ACMRTUXB");
	for (size_t i = 0; i < e->nmust; i++) {
		strbuf_addstr(&out, " | grep -zP -e ");
		recipe_quote(&out, pattern_one_line(recipe, e->must[i]));
	}
	for (size_t i = 0; i < e->nnot; i++) {
		strbuf_addstr(&out, " | grep -zvP -e ");
		recipe_quote(&out, pattern_one_line(recipe, e->not [i]));
	}
	strbuf_addstr(&out, " || true");
	return arena_strdup(recipe->arena, out.buf);
}

static void set_files(struct reading *in, struct recipe_job *job,
	const struct wanted *hook, const char *stage)
{
	struct expressions e = { 0 };

	add_expression(e.must, &e.nmust, node_str(in->root, "files"), "");
	add_expression(e.must, &e.nmust, hook->files, "");
	add_expression(e.not, &e.nnot, node_str(in->root, "exclude"), "^$");
	add_expression(e.not, &e.nnot, hook->exclude, "^$");
	if (as_globs(in->recipe, job, &e))
		return;
	if (strcmp(stage, "pre-commit") != 0)
		switch_off(in, job, hook->node,
			"its files cannot be said by globs");
	job->files = as_command(in->recipe, &e);
}

/* ---- jobs
 * --------------------------------------------------------------------- */

static const char *stage_name(const char *stage)
{
	static const char *const old[][2] = { { "commit", "pre-commit" },
		{ "push", "pre-push" },
		{ "merge-commit", "pre-merge-commit" } };

	for (size_t i = 0; i < ARRAY_SIZE(old); i++)
		if (!strcmp(stage, old[i][0]))
			return old[i][1];
	return stage;
}

static bool has_message(const char *stage)
{
	return !strcmp(stage, "commit-msg") ||
	       !strcmp(stage, "prepare-commit-msg");
}

static bool has_files(const char *stage)
{
	return !strcmp(stage, "pre-commit") || !strcmp(stage, "pre-push") ||
	       !strcmp(stage, "pre-merge-commit") || !strcmp(stage, "manual");
}

static const char *names_of(const struct wanted *hook,
	const struct recipe_job *job, const char *stage)
{
	if (hook->no_names)
		return NULL;
	if (has_message(stage))
		return "{1}";
	if (!has_files(stage))
		return NULL;
	if (job->files)
		return "{files}";
	return strcmp(stage, "pre-push") ? "{staged_files}" : "{push_files}";
}

/* `shape` has one %s, for the names. */
static const char *fill(
	struct recipe *recipe, const char *shape, const char *names)
{
	AUTO_STRBUF out = STRBUF_INIT;
	const char *hole = strstr(shape, "%s");

	strbuf_add(&out, shape, (size_t)(hole - shape));
	strbuf_addstr(&out, names ? names : "");
	strbuf_addstr(&out, hole + 2);
	return arena_strdup(recipe->arena, out.buf);
}

static void set_run(struct recipe *recipe, struct recipe_job *job,
	const struct wanted *hook, const char *stage)
{
	const char *names = names_of(hook, job, stage);
	AUTO_STRBUF out = STRBUF_INIT;

	if (hook->search) {
		job->run = fill(recipe, hook->search, names);
	} else if (hook->fail_text) {
		strbuf_addstr(&out, "printf '%s\\n' ");
		recipe_quote(&out, hook->fail_text);
		strbuf_addf(&out, " %s; exit 1", names ? names : "");
		job->run = arena_strdup(recipe->arena, out.buf);
	} else {
		job->run = names ? arena_printf(recipe->arena, "%s %s",
					   hook->command, names)
				 : hook->command;
	}
}

static void add_comments(
	struct reading *in, struct recipe_job *job, const struct wanted *hook)
{
	const char *name = node_str(hook->node, "name");
	AUTO_STRVEC needs = STRVEC_INIT;
	AUTO_STRBUF all = STRBUF_INIT;

	if (name && strcmp(name, hook->id) != 0)
		words_add(in->recipe, &job->comments, "%s", name);
	if (hook->known && hook->known->from)
		words_add(in->recipe, &job->comments, "from: %s",
			hook->known->from);
	texts(hook->node, "additional_dependencies", NULL, &needs);
	add_words(&all, &needs);
	if (all.len)
		words_add(in->recipe, &job->comments,
			"pre-commit installed for it: %s", all.buf);
}

static void add_job(
	struct reading *in, const struct wanted *hook, const char *stage)
{
	struct recipe_hook *list = recipe_hook(in->recipe, stage);
	struct recipe_job *job = recipe_add(in->recipe, list, hook->id);

	list->piped = flag(in->root, "fail_fast", false);
	if (!strcmp(stage, "pre-commit"))
		list->fail_on_changes = true;
	add_comments(in, job, hook);
	if (has_files(stage) && !(hook->always && hook->no_names)) {
		set_types(in, job, hook);
		set_files(in, job, hook, stage);
	}
	set_run(in->recipe, job, hook, stage);
	job->show = flag(hook->node, "verbose", false);
}

/* Every stage that it is for; without any, those that are installed, of which
 * the ones without files are for hooks that name them. */
static void add_stages(struct reading *in, const struct wanted *hook)
{
	AUTO_STRVEC stages = STRVEC_INIT;
	bool named;

	texts(hook->node, "stages", hook->known ? hook->known->stage : NULL,
		&stages);
	if (!stages.nr)
		texts(in->root, "default_stages", NULL, &stages);
	named = stages.nr;
	if (!named)
		texts(in->root, "default_install_hook_types", "pre-commit",
			&stages);
	for (size_t i = 0; i < stages.nr; i++) {
		const char *stage = stage_name(stages.v[i]);

		if (!named && !has_files(stage))
			continue;
		if (hookname_is_git(stage) || !strcmp(stage, "manual"))
			add_job(in, hook, stage);
		else
			recipe_note(in->recipe, hook->node,
				"'%s' has the stage '%s', which is none",
				hook->id, stages.v[i]);
	}
}

static bool read_local(struct reading *in, struct wanted *hook)
{
	const char *language = node_str(hook->node, "language");
	const char *entry = node_str(hook->node, "entry");

	if (!entry) {
		recipe_note(
			in->recipe, hook->node, "'%s' has no entry", hook->id);
		return false;
	}
	if (language && !strcmp(language, "fail"))
		hook->fail_text = entry;
	else if (language && !strcmp(language, "pygrep"))
		hook->search = search_of(in->recipe, hook);
	else if (language && !strncmp(language, "docker", 6)) {
		recipe_note(in->recipe, hook->node,
			"'%s' runs in a container that pre-commit makes",
			hook->id);
		return false;
	} else
		hook->command = local_command(in->recipe, hook);
	return true;
}

static void read_hook(
	struct reading *in, const char *repo, const struct node *node)
{
	struct wanted hook = { .node = node, .id = node_str(node, "id") };
	const struct known_hook *known;

	if (!hook.id) {
		recipe_note(in->recipe, node, "a hook without id");
		return;
	}
	if (!strcmp(repo, "meta")) {
		recipe_note(in->recipe, node,
			"'%s' looks at pre-commit's own configuration",
			hook.id);
		return;
	}
	hook.known = known = strcmp(repo, "local") ? known_find(repo, hook.id)
						   : NULL;
	if (strcmp(repo, "local") != 0 && !known) {
		recipe_note(in->recipe, node,
			"'%s' of %s is not known here; what it runs stands in "
			"that repository's .pre-commit-hooks.yaml",
			hook.id, repo);
		return;
	}
	hook.no_names = !flag(
		node, "pass_filenames", !(known && known->no_names));
	hook.always = flag(node, "always_run", known && known->always);
	hook.files = node_str(node, "files");
	if (!hook.files && known)
		hook.files = known->files;
	hook.exclude = node_str(node, "exclude");
	if (known)
		hook.command = known_command(in->recipe, &hook);
	else if (!read_local(in, &hook))
		return;
	add_stages(in, &hook);
}

int import_pre_commit(struct recipe *recipe, const char *top, struct err *err)
{
	struct reading in = { .recipe = recipe };
	struct node *root;

	if (import_read(recipe, top, FILE_NAME, &root, err))
		return -1;
	if (!root)
		return 0;
	in.root = root;
	recipe->crosses = true;
	node_each (repo, node_get(root, "repos")) {
		const char *name = node_str(repo, "repo");

		if (!name) {
			recipe_note(
				recipe, repo, "a repository without 'repo'");
			continue;
		}
		node_each (hook, node_get(repo, "hooks")) {
			read_hook(&in, name, hook);
		}
	}
	return 1;
}
