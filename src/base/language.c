/*
 * A file is in a language by its name, and a program without an ending by its
 * first line.  A file may be in several: a .bash is "bash" and "shell".
 *
 * The names are those of pre-commit's `types`, which people know and write; the
 * endings are those that its users get, so that a check that comes from there
 * sees the same files.
 */
#include "hookrun/base/language.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"

#include <string.h>

static const struct language {
	const char *name, *endings, *names, *mime;
} table[] = {
	{ "asciidoc", "adoc asciidoc", "", NULL },
	{ "bash", "bash bats bashrc bash_profile", ".bashrc .bash_profile",
		NULL },
	{ "batch", "bat", "", NULL },
	{ "bazel", "bazel bzl", "BUILD WORKSPACE", NULL },
	{ "c", "c h", "", NULL },
	{ "c#", "cs csx", "", NULL },
	{ "c++", "cc cp cpp cxx c++ h hh hpp hxx ino", "", NULL },
	{ "clojure", "clj cljc cljs", "", NULL },
	{ "cmake", "cmake", "CMakeLists.txt", NULL },
	{ "coffee", "coffee", "", NULL },
	{ "css", "css", "", NULL },
	{ "csv", "csv", "", NULL },
	{ "cuda", "cu cuh", "", NULL },
	{ "cython", "pxd pxi pyx", "", NULL },
	{ "dart", "dart", "", NULL },
	{ "diff", "diff patch", "", NULL },
	{ "dockerfile", "dockerfile", "Dockerfile Containerfile", NULL },
	{ "elixir", "ex exs", "", NULL },
	{ "elm", "elm", "", NULL },
	{ "erb", "erb", "", NULL },
	{ "erlang", "erl hrl escript", "", NULL },
	{ "fish", "fish", "", NULL },
	{ "fortran", "f f90 f95 f03 f08 for", "", NULL },
	{ "go", "go", "", NULL },
	{ "go-mod", "", "go.mod", NULL },
	{ "graphql", "gql graphql", "", NULL },
	{ "groovy", "groovy gradle", "Jenkinsfile", NULL },
	{ "haml", "haml", "", NULL },
	{ "haskell", "hs", "", NULL },
	{ "hcl", "hcl", "", NULL },
	{ "header", "h hh hpp hxx cuh", "", NULL },
	{ "html", "htm html xhtml", "", NULL },
	{ "ini", "cfg ini conf",
		".editorconfig .flake8 .pylintrc "
		".coveragerc .gitconfig .gitmodules setup.cfg",
		NULL },
	{ "java", "java", "", NULL },
	{ "javascript", "cjs js mjs es6", "", "text/javascript" },
	{ "jinja", "j2 jinja jinja2", "", NULL },
	{ "json", "json geojson ipynb jsonld webmanifest topojson",
		".babelrc .eslintrc .jshintrc .prettierrc Pipfile.lock "
		"composer.lock",
		NULL },
	{ "jsonnet", "jsonnet libsonnet", "", NULL },
	{ "jsx", "jsx", "", NULL },
	{ "julia", "jl", "", NULL },
	{ "jupyter", "ipynb", "", NULL },
	{ "kotlin", "kt kts", "", NULL },
	{ "less", "less", "", NULL },
	{ "lua", "lua", "", "text/x-lua" },
	{ "makefile", "mak make mk", "GNUmakefile Makefile makefile", NULL },
	{ "markdown", "md mdown markdown", "", NULL },
	{ "mdx", "mdx", "", NULL },
	{ "nim", "nim nims", "", NULL },
	{ "nix", "nix", "", NULL },
	{ "objective-c", "m", "", NULL },
	{ "ocaml", "ml mli", "", NULL },
	{ "perl", "pl pm t", "", "text/x-perl" },
	{ "php", "php php3 php4 php5 phtml phar", "", "text/x-php" },
	{ "plain-text", "txt text",
		"AUTHORS CHANGELOG CONTRIBUTING COPYING LICENSE NEWS README "
		"TODO",
		NULL },
	{ "powershell", "ps1 psd1 psm1", "", NULL },
	{ "proto", "proto", "", NULL },
	{ "puppet", "pp epp", "Puppetfile", NULL },
	{ "pug", "pug jade", "", NULL },
	{ "pyi", "pyi", "", NULL },
	{ "python", "py pyw wsgi", "", "text/x-python" },
	{ "r", "r", "", NULL },
	{ "rst", "rst", "", NULL },
	{ "ruby", "gemspec rake rb ru", "Fastfile Gemfile Podfile Rakefile",
		"text/x-ruby" },
	{ "rust", "rs", "", NULL },
	{ "sass", "sass", "", NULL },
	{ "scala", "scala sbt sc", "", NULL },
	{ "scss", "scss", "", NULL },
	{ "shell", "bash bats command envrc ksh sh zsh",
		".bashrc .bash_profile .envrc .profile .zshrc .zshenv "
		".zprofile APKBUILD PKGBUILD",
		"text/x-shellscript" },
	{ "solidity", "sol", "", NULL },
	{ "sql", "sql", "", NULL },
	{ "starlark", "bzl star", "", NULL },
	{ "svelte", "svelte", "", NULL },
	{ "svg", "svg", "", NULL },
	{ "swift", "swift", "", NULL },
	{ "terraform", "tf tfvars", "", NULL },
	{ "tex", "tex sty cls", "", NULL },
	{ "toml", "toml", "Cargo.lock Pipfile poetry.lock pdm.lock uv.lock",
		NULL },
	{ "ts", "cts mts ts", "", NULL },
	{ "tsv", "tsv", "", NULL },
	{ "tsx", "tsx", "", NULL },
	{ "twig", "twig", "", NULL },
	{ "vim", "vim", ".vimrc", NULL },
	{ "vue", "vue", "", NULL },
	{ "xml", "dtd plist svg wsdl xml xsd xsl xslt", "", NULL },
	{ "yaml", "eyaml yaml yml",
		".clang-format .clang-tidy .prettierrc .yamllint", NULL },
	{ "zig", "zig", "", NULL },
	{ "zsh", "zsh", ".zshrc .zshenv .zprofile", NULL },
};

static const struct language *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

const char *language_find(const char *name)
{
	const struct language *language = find(name);

	return language ? language->name : NULL;
}

const char *language_words(void)
{
	static struct strbuf words = STRBUF_INIT;

	if (words.len)
		return words.buf;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		strbuf_addf(&words, "%s%s", i ? "|" : "", table[i].name);
	return words.buf;
}

/* Is `word` (`len` bytes) one of those in `list`, in any case or exactly? */
static bool has_word(
	const char *list, const char *word, size_t len, bool any_case)
{
	int (*differ)(const char *, const char *, size_t) =
		any_case ? strncasecmp : strncmp;

	while (*list) {
		size_t each = strcspn(list, " ");

		if (each == len && !differ(list, word, len))
			return true;
		list += each + (list[each] == ' ');
	}
	return false;
}

static bool has_part(const char *list, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");

		if (len && has_word(list, name, len, false))
			return true;
		name += len + (name[len] == '.');
	}
	return false;
}

/* By the whole name, by a part of it ("Dockerfile.dev"), or by its ending. */
static bool has_name(const struct language *language, const char *name)
{
	const char *dot = strrchr(name, '.');

	return has_word(language->names, name, strlen(name), false) ||
	       has_part(language->names, name) ||
	       (dot && dot != name && dot[1] &&
		       has_word(language->endings, dot + 1, strlen(dot + 1),
			       true));
}

bool language_has_name(const char *language, const char *path)
{
	const struct language *found = find(language);

	return found && has_name(found, fs_basename(path));
}

bool language_is_told(const char *path)
{
	const char *name = fs_basename(path);

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (has_name(&table[i], name))
			return true;
	return false;
}

const char *language_mime(const char *language)
{
	const struct language *found = find(language);

	return found ? found->mime : NULL;
}

void language_names(
	const char *language, const char **ret_endings, const char **ret_names)
{
	const struct language *found = find(language);

	*ret_endings = found ? found->endings : "";
	*ret_names = found ? found->names : "";
}
