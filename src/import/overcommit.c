/*
 * .overcommit.yml.  Overcommit's hooks are Ruby classes; those that only start
 * a program are jobs, and of the rest the name is told.  What is switched on is
 * what this file switches on: overcommit's own defaults are not here.
 */
#include "import/sources.h"

#include "hookrun/base/alloc.h"

#include <string.h>

#define FILE_NAME ".overcommit.yml"

/* Hooks that are a command; `include` is what overcommit gives them. */
static const struct builtin_hook {
	const char *name, *command, *include; /* globs between blanks */
	bool no_names;
} builtins[] = {
	{ "Brakeman", "brakeman --exit-on-warn --quiet --summary --only-files",
		"**/*.rb", true },
	{ "BundleAudit", "bundle-audit", "Gemfile*", true },
	{ "BundleCheck", "bundle check", "Gemfile Gemfile.lock *.gemspec",
		true },
	{ "BundleInstall", "bundle install", "Gemfile Gemfile.lock *.gemspec",
		true },
	{ "CoffeeLint", "coffeelint --quiet", "**/*.coffee", false },
	{ "CssLint", "csslint --quiet", "**/*.css", false },
	{ "EsLint", "eslint --format=compact", "**/*.js", false },
	{ "ErbLint", "erblint", "**/*.html.erb", false },
	{ "Fasterer", "fasterer", "**/*.rb", false },
	{ "GoFmt", "gofmt -l", "**/*.go", false },
	{ "GolangciLint", "golangci-lint run --out-format=line-number",
		"**/*.go", true },
	{ "Hadolint", "hadolint", "**/Dockerfile*", false },
	{ "HamlLint", "haml-lint", "**/*.haml", false },
	{ "Jest", "jest", "", true },
	{ "Mdl", "mdl", "**/*.md", false },
	{ "Minitest", "ruby -Ilib:test -rminitest", "test/**/*_test.rb",
		false },
	{ "NpmInstall", "npm install", "package.json npm-shrinkwrap.json",
		true },
	{ "PhpCs", "phpcs --standard=PSR2 --report=csv", "**/*.php", false },
	{ "PythonFlake8", "flake8", "**/*.py", false },
	{ "Pylint", "pylint --reports=n", "**/*.py", false },
	{ "RakeTarget", "rake", "", true },
	{ "Reek", "reek --single-line --no-color --force-exclusion",
		"**/*.gemspec **/*.rake **/*.rb **/Gemfile **/Rakefile",
		false },
	{ "RSpec", "rspec", "", true },
	{ "RuboCop",
		"rubocop --format=emacs --force-exclusion --display-cop-names",
		"**/*.gemspec **/*.rake **/*.rb **/*.ru **/Gemfile "
		"**/Rakefile",
		false },
	{ "ScssLint", "scss-lint", "**/*.scss", false },
	{ "ShellCheck", "shellcheck --format=gcc", "**/*.sh", false },
	{ "SlimLint", "slim-lint", "**/*.slim", false },
	{ "Sorbet", "srb tc", "**/*.rb", true },
	{ "Standard", "standard", "**/*.js", false },
	{ "Stylelint", "stylelint -f compact", "**/*.css **/*.scss **/*.less",
		false },
	{ "TsLint", "tslint", "**/*.ts", false },
	{ "YamlLint", "yamllint --format=parsable --strict",
		"**/*.yaml "
		"**/*.yml",
		false },
	{ "YarnCheck", "yarn check --silent --no-progress",
		"package.json yarn.lock", true },
};

static const struct builtin_hook *find_builtin(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	return NULL;
}

/* "PreCommit" is pre-commit. */
static const char *hook_of(const char *type)
{
	static const char *const names[][2] = { { "CommitMsg", "commit-msg" },
		{ "PostCheckout", "post-checkout" },
		{ "PostCommit", "post-commit" }, { "PostMerge", "post-merge" },
		{ "PostRewrite", "post-rewrite" },
		{ "PreCommit", "pre-commit" }, { "PrePush", "pre-push" },
		{ "PreRebase", "pre-rebase" },
		{ "PrepareCommitMsg", "prepare-commit-msg" } };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(type, names[i][0]))
			return names[i][1];
	return NULL;
}

static void add_words(struct strbuf *out, const struct node *list)
{
	if (list && list->str)
		strbuf_addf(out, "%s%s", out->len ? " " : "", list->str);
	node_each (word, list) {
		if (!word->str)
			continue;
		if (out->len)
			strbuf_addch(out, ' ');
		recipe_quote(out, word->str);
	}
}

static void add_globs(struct recipe *recipe, struct words *globs,
	const struct node *given, const char *otherwise)
{
	if (given && given->str)
		words_add(recipe, globs, "%s", given->str);
	node_each (glob, given) {
		if (glob->str)
			words_add(recipe, globs, "%s", glob->str);
	}
	if (!given)
		words_split(recipe, globs, otherwise);
}

static bool is_on(const struct node *hook)
{
	const struct node *enabled = node_get(hook, "enabled");

	return !enabled || enabled->kind != NODE_BOOL || enabled->boolean;
}

static void add_hook(
	struct recipe *recipe, const char *hook_name, const struct node *node)
{
	const struct builtin_hook *builtin = find_builtin(node->key);
	const struct node *command = node_get(node, "command");
	bool is_commit = !strcmp(hook_name, "pre-commit");
	AUTO_STRBUF run = STRBUF_INIT;
	struct recipe_job *job;

	if (!command)
		command = node_get(node, "required_executable");
	if (!command && !builtin) {
		recipe_note(recipe, node,
			"'%s' is Ruby code of overcommit or of the project",
			node->key);
		return;
	}
	if (command)
		add_words(&run, command);
	else
		strbuf_addstr(&run, builtin->command);
	add_words(&run, node_get(node, "flags"));
	if (is_commit && !(builtin && builtin->no_names))
		strbuf_addstr(&run, " {staged_files}");
	else if (!strcmp(hook_name, "commit-msg") && !builtin)
		strbuf_addstr(&run, " {1}");
	job = recipe_add(recipe, recipe_hook(recipe, hook_name), node->key);
	job->run = arena_strdup(recipe->arena, run.buf);
	if (!is_commit)
		return;
	add_globs(recipe, &job->glob, node_get(node, "include"),
		builtin ? builtin->include : NULL);
	add_globs(recipe, &job->exclude, node_get(node, "exclude"), NULL);
	if (recipe->crosses && (job->glob.nr || job->exclude.nr))
		recipe_note(recipe, node,
			"the globs of '%s' mean more beside those of "
			"pre-commit",
			node->key);
	recipe->doublestar = !recipe->crosses;
}

int import_overcommit(struct recipe *recipe, const char *top, struct err *err)
{
	struct node *root;

	if (import_read(recipe, top, FILE_NAME, &root, err))
		return -1;
	if (!root)
		return 0;
	node_each (type, root) {
		const char *hook_name = type->key ? hook_of(type->key) : NULL;

		if (!hook_name || type->kind != NODE_MAP)
			continue;
		node_each (hook, type) {
			if (strcmp(hook->key, "ALL") != 0 &&
				hook->kind == NODE_MAP && is_on(hook))
				add_hook(recipe, hook_name, hook);
		}
	}
	return 1;
}
