/*
 * A first configuration out of what is there: a linter that a project has
 * configured is one that it wants to run, on the files that are its own.  What
 * is quick and looks at single files goes to pre-commit, what looks at
 * everything to pre-push.  Nothing is guessed from languages alone, but for the
 * formatters that come with their compiler.
 */
#include "hookrun/import/import.h"

#include "import/sources.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>

#define NODE_PROGRAMS "node_modules/.bin"
#define FOLDERS_MAX 200

/* A job for a folder that has one of `marks` (between blanks): a file, or with
 * "FILE[TEXT" one that has this text in it. */
static const struct rule {
	const char *marks, *hook, *name, *types, *glob, *run;
	bool node; /* its program is in node_modules */
} rules[] = {
	/* JavaScript */
	{ "eslint.config.js eslint.config.mjs eslint.config.cjs "
	  "eslint.config.ts .eslintrc .eslintrc.js .eslintrc.cjs "
	  ".eslintrc.json .eslintrc.yml .eslintrc.yaml "
	  "package.json[\"eslintConfig\"",
		"pre-commit", "eslint", "javascript jsx ts tsx", NULL,
		"eslint {staged_files}", true },
	{ ".prettierrc .prettierrc.json .prettierrc.yml .prettierrc.yaml "
	  ".prettierrc.js .prettierrc.cjs .prettierrc.mjs .prettierrc.toml "
	  "prettier.config.js prettier.config.mjs prettier.config.cjs "
	  "package.json[\"prettier\":",
		"pre-commit", "prettier", "text", NULL,
		"prettier --check --ignore-unknown {staged_files}", true },
	{ "biome.json biome.jsonc", "pre-commit", "biome", NULL, NULL,
		"biome check --no-errors-on-unmatched "
		"--files-ignore-unknown=true {staged_files}",
		true },
	{ ".stylelintrc .stylelintrc.json .stylelintrc.yml .stylelintrc.yaml "
	  ".stylelintrc.js stylelint.config.js stylelint.config.mjs",
		"pre-commit", "stylelint", "css scss less", NULL,
		"stylelint {staged_files}", true },
	{ "tsconfig.json", "pre-push", "types", NULL, NULL, "tsc --noEmit",
		true },
	{ "commitlint.config.js commitlint.config.cjs commitlint.config.mjs "
	  "commitlint.config.ts .commitlintrc .commitlintrc.json "
	  ".commitlintrc.yml .commitlintrc.yaml",
		"commit-msg", "commitlint", NULL, NULL, "commitlint --edit {1}",
		true },

	/* Ruby */
	{ ".rubocop.yml", "pre-commit", "rubocop", "ruby", NULL,
		"bundle exec rubocop --force-exclusion {staged_files}", false },
	{ ".erb_lint.yml .erb-lint.yml", "pre-commit", "erb_lint", NULL,
		"*.erb", "bundle exec erb_lint {staged_files}", false },
	{ ".haml-lint.yml", "pre-commit", "haml-lint", NULL, "*.haml",
		"bundle exec haml-lint {staged_files}", false },
	{ ".rspec", "pre-push", "rspec", NULL, NULL, "bundle exec rspec",
		false },

	/* Python */
	{ "ruff.toml .ruff.toml pyproject.toml[[tool.ruff", "pre-commit",
		"ruff", "python pyi", NULL,
		"ruff check --force-exclude {staged_files}", false },
	{ "pyproject.toml[[tool.black", "pre-commit", "black", "python pyi",
		NULL, "black --check {staged_files}", false },
	{ ".isort.cfg pyproject.toml[[tool.isort", "pre-commit", "isort",
		"python pyi", NULL, "isort --check-only {staged_files}",
		false },
	{ ".flake8 setup.cfg[[flake8] tox.ini[[flake8]", "pre-commit", "flake8",
		"python", NULL, "flake8 {staged_files}", false },
	{ "mypy.ini .mypy.ini pyproject.toml[[tool.mypy", "pre-push", "mypy",
		NULL, NULL, "mypy .", false },
	{ "pytest.ini pyproject.toml[[tool.pytest", "pre-push", "pytest", NULL,
		NULL, "pytest", false },

	/* Go, Rust, Elixir */
	{ "go.mod", "pre-commit", "gofmt", "go", NULL,
		"test -z \"$(gofmt -l {staged_files})\"", false },
	{ "go.mod", "pre-push", "go-vet", NULL, NULL, "go vet ./...", false },
	{ ".golangci.yml .golangci.yaml .golangci.toml", "pre-push",
		"golangci-lint", NULL, NULL, "golangci-lint run", false },
	{ "Cargo.toml", "pre-commit", "cargo-fmt", "rust", NULL,
		"cargo fmt --check", false },
	{ "clippy.toml .clippy.toml", "pre-push", "clippy", NULL, NULL,
		"cargo clippy -- -D warnings", false },
	{ ".formatter.exs", "pre-commit", "mix-format", "elixir", NULL,
		"mix format --check-formatted {staged_files}", false },

	/* the rest */
	{ ".shellcheckrc", "pre-commit", "shellcheck", "shell", NULL,
		"shellcheck {staged_files}", false },
	{ ".yamllint .yamllint.yml .yamllint.yaml", "pre-commit", "yamllint",
		"yaml", NULL, "yamllint {staged_files}", false },
	{ ".markdownlint.json .markdownlint.yml .markdownlint.yaml "
	  ".markdownlint.jsonc",
		"pre-commit", "markdownlint", "markdown", NULL,
		"markdownlint {staged_files}", true },
	{ ".hadolint.yaml .hadolint.yml", "pre-commit", "hadolint",
		"dockerfile", NULL, "hadolint {staged_files}", false },
	{ ".clang-format", "pre-commit", "clang-format", "c c++", NULL,
		"clang-format --dry-run -Werror {staged_files}", false },
};

struct looking {
	struct recipe *recipe;
	const char *top, *folder; /* below it, "" for itself */
	struct err *err;
};

static char *path_of(const struct looking *in, const char *name)
{
	AUTO_FREE char *folder = fs_join(in->top, in->folder);

	return fs_join(*in->folder ? folder : in->top, name);
}

static bool has_text(
	const struct looking *in, const char *name, const char *text)
{
	AUTO_FREE char *path = path_of(in, name);
	AUTO_STRBUF content = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(path, &content, 1 << 20, &ignored) == 1 &&
	       strstr(content.buf, text);
}

static bool has_file(const struct looking *in, const char *name)
{
	AUTO_FREE char *path = path_of(in, name);

	return fs_exists(path);
}

/* The mark that holds, in the arena; NULL: none does. */
static const char *find_mark(const struct looking *in, const char *marks)
{
	while (*marks) {
		size_t len = strcspn(marks, " ");
		char *mark = arena_strndup(in->recipe->arena, marks, len);
		char *text = strchr(mark, '[');

		if (text)
			*text++ = '\0';
		if (text ? has_text(in, mark, text) : has_file(in, mark))
			return mark;
		marks += len + (marks[len] == ' ');
	}
	return NULL;
}

static struct recipe_job *add_job(const struct looking *in, const char *hook,
	const char *name, const char *run, const char *because)
{
	struct recipe *recipe = in->recipe;
	struct recipe_job *job = recipe_add(recipe, recipe_hook(recipe, hook),
		*in->folder
			? arena_printf(recipe->arena, "%s-%s", name, in->folder)
			: name);

	job->run = run;
	job->root = *in->folder ? in->folder : NULL;
	words_add(recipe, &job->comments, "because of %s", because);
	return job;
}

/* Those of the folder, and of the top where it is below it. */
static const char *programs_of(const struct looking *in)
{
	AUTO_STRBUF path = STRBUF_INIT;

	strbuf_addstr(&path, NODE_PROGRAMS);
	if (*in->folder) {
		strbuf_addstr(&path, ":../");
		for (const char *c = in->folder; *c; c++)
			if (*c == '/')
				strbuf_addstr(&path, "../");
		strbuf_addstr(&path, NODE_PROGRAMS);
	}
	return arena_strdup(in->recipe->arena, path.buf);
}

static void apply_rules(const struct looking *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct rule *rule = &rules[i];
		const char *mark = find_mark(in, rule->marks);
		struct recipe_job *job;

		if (!mark)
			continue;
		job = add_job(in, rule->hook, rule->name, rule->run, mark);
		words_split(in->recipe, &job->types, rule->types);
		words_split(in->recipe, &job->glob, rule->glob);
		if (rule->node)
			job->path = programs_of(in);
	}
}

/* ---- scripts and targets --------------------------------------------------
 */

static bool has_hook_job(const struct looking *in, const char *hook)
{
	for (const struct recipe_hook *h = in->recipe->hooks; h; h = h->next)
		if (!strcmp(h->name, hook))
			return h->jobs;
	return false;
}

static const char *script_runner(const struct looking *in)
{
	if (has_file(in, "pnpm-lock.yaml"))
		return "pnpm run";
	if (has_file(in, "yarn.lock"))
		return "yarn run";
	return "npm run";
}

/* What people call themselves: `lint` before a commit, where no linter was
 * found, and `test` before a push. */
static void add_script(const struct looking *in, const struct node *scripts,
	const char *name, const char *hook)
{
	const char *text = node_str(scripts, name);

	if (text && !strstr(text, "no test specified"))
		add_job(in, hook, name,
			arena_printf(in->recipe->arena, "%s %s",
				script_runner(in), name),
			"the scripts of package.json");
}

static bool has_target(const struct looking *in, const char *name)
{
	AUTO_STRBUF text = STRBUF_INIT, line = STRBUF_INIT;
	AUTO_FREE char *path = path_of(in, "Makefile");
	struct err ignored = ERR_INIT;

	if (fs_read(path, &text, 1 << 20, &ignored) != 1)
		return false;
	strbuf_addf(&line, "\n%s:", name);
	return !strncmp(text.buf, line.buf + 1, line.len - 1) ||
	       strstr(text.buf, line.buf);
}

static void add_target(
	const struct looking *in, const char *name, const char *hook)
{
	if (has_target(in, name))
		add_job(in, hook, name,
			arena_printf(in->recipe->arena, "make %s", name),
			"the targets of Makefile");
}

static void add_own(const struct looking *in, const struct node *package)
{
	const struct node *scripts = node_get(package, "scripts");

	if (!has_hook_job(in, "pre-commit"))
		add_script(in, scripts, "lint", "pre-commit");
	if (!has_hook_job(in, "pre-commit"))
		add_target(in, "lint", "pre-commit");
	if (!has_hook_job(in, "pre-push"))
		add_script(in, scripts, "test", "pre-push");
	if (!has_hook_job(in, "pre-push"))
		add_target(in, "test", "pre-push");
}

/* ---- steps -----------------------------------------------------------------
 */

static void add_step(
	const struct looking *in, const char *name, const char *because)
{
	struct recipe_hook *hook = recipe_hook(in->recipe, "post-checkout");
	struct recipe_job *job = recipe_add(in->recipe, hook, name);

	hook->piped = true;
	job->uses = name;
	words_add(in->recipe, &job->comments, "because of %s", because);
}

static void add_steps(const struct looking *in)
{
	const char *lock = find_mark(in,
		"Gemfile.lock gems.locked yarn.lock package-lock.json "
		"pnpm-lock.yaml");

	if (lock)
		add_step(in, "deps", lock);
	if (has_file(in, "db/migrate") && has_file(in, "bin/rails"))
		add_step(in, "migrate", "db/migrate");
	if (has_text(in, "Gemfile.lock", " crystalball "))
		add_step(in, "test-map", "crystalball in Gemfile.lock");
}

/* ---- folders
 * ----------------------------------------------------------------- */

/* A pattern that ends in a slash and a star: each folder there with a package.
 */
static void look_below(const struct looking *in, const char *pattern)
{
	size_t len = strlen(pattern);
	AUTO_FREE char *parent = NULL;
	AUTO_FREE char *full = NULL;
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (len < 3 || strcmp(pattern + len - 2, "/*") != 0 ||
		strpbrk(pattern, "[{!?") ||
		strchr(pattern, '*') != pattern + len - 1)
		return;
	parent = xstrndup(pattern, len - 2);
	full = fs_join(in->top, parent);
	if (fs_list(full, &names, &ignored))
		return;
	strvec_sort(&names);
	for (size_t i = 0; i < names.nr && i < FOLDERS_MAX; i++) {
		struct looking each = *in;

		each.folder = arena_printf(
			in->recipe->arena, "%s/%s", parent, names.v[i]);
		if (has_file(&each, "package.json"))
			apply_rules(&each);
	}
}

static int look_at_workspaces(
	const struct looking *in, const struct node *package)
{
	const struct node *list = node_get(package, "workspaces");
	struct node *pnpm;

	if (import_read(
		    in->recipe, in->top, "pnpm-workspace.yaml", &pnpm, in->err))
		return -1;
	if (list && list->kind == NODE_MAP)
		list = node_get(list, "packages");
	if (pnpm)
		list = node_get(pnpm, "packages");
	node_each (pattern, list) {
		if (pattern->str)
			look_below(in, pattern->str);
	}
	return 0;
}

int import_look(const char *top, struct imported *ret, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct recipe recipe;
	struct looking in = {
		.recipe = &recipe, .top = top, .folder = "", .err = err
	};
	struct node *package;
	int failed;

	recipe_init(&recipe, &arena);
	failed = import_read(&recipe, top, "package.json", &package, err);
	if (!failed) {
		apply_rules(&in);
		failed = look_at_workspaces(&in, package);
	}
	if (!failed) {
		add_own(&in, package);
		add_steps(&in);
		ret->njobs = recipe.njobs;
	}
	if (!failed && recipe.njobs)
		recipe_write(&recipe,
			"What hookrun init found here; see lefthook.yml(5) and "
			"'hookrun help keys'.\n",
			&ret->text);
	recipe_release(&recipe);
	return failed ? -1 : 0;
}
