/*
 * The one table of keys.  A key that means the same in several places is one
 * row; where its meaning or default differs there it has a row of its own.
 * The order of the rows is the order in which `dump` writes the keys of hooks
 * and jobs, which is lefthook's.  No step is known here: each brings the table
 * of its options with it, and what it has registered is asked for them.
 */
#include "hookrun/config/keys.h"

#include "hookrun/config/nearest.h"
#include "hookrun/base/strbuf.h"

#include <string.h>

#define STATES "merge|rebase|merge-commit|cherry-pick|revert|bisect|am"
#define OUTPUTS                                                                \
	"compact|lefthook|meta|setup|execution|execution_out|execution_info|"  \
	"jobs|jobs_out|jobs_info|skips|summary|success|failure|empty_summary"
#define FILE_TYPES "text|binary|executable|not executable|symlink|not symlink"

static const struct key table[] = {
	/* the top of the file */
	{ "$schema", KEY_STRING, PLACE_TOP, NULL, NULL,
		"the JSON schema of this file, for editors" },
	{ "min_version", KEY_STRING, PLACE_TOP, NULL, NULL,
		"the oldest lefthook whose behaviour the file needs" },
	{ "hookrun", KEY_STRING, PLACE_TOP, NULL, NULL,
		"command that the installed hooks call instead of hookrun" },
	{ "lefthook", KEY_STRING, PLACE_TOP, NULL, NULL,
		"the same under lefthook's name" },
	{ "source_dir", KEY_STRING, PLACE_TOP, NULL, ".lefthook",
		"folder of the scripts, one folder a hook in it" },
	{ "source_dir_local", KEY_STRING, PLACE_TOP, NULL, ".lefthook-local",
		"folder of the scripts that are not committed" },
	{ "rc", KEY_STRING, PLACE_TOP, NULL, NULL,
		"shell file that the installed hooks read first" },
	{ "extends", KEY_FILES, PLACE_TOP, NULL, NULL,
		"files (globs) that are laid over this one" },
	{ "glob_matcher", KEY_ENUM, PLACE_TOP, "gobwas|doublestar", "gobwas",
		"whether '*' crosses '/' (gobwas) or stops there "
		"(doublestar)" },
	{ "dash_names", KEY_ENUM, PLACE_TOP, "prefix|raw", NULL,
		"whether a file '-x' is given to jobs as './-x' (prefix; not "
		"under the name lefthook) or as it is (raw)" },
	{ "colors", KEY_COLORS, PLACE_TOP, "on|off|auto", "auto",
		"colours in the output" },
	{ "no_tty", KEY_BOOL, PLACE_TOP, NULL, "false",
		"behave as if there were no terminal" },
	{ "assert_lefthook_installed", KEY_BOOL, PLACE_TOP, NULL, "false",
		"fail when the binary is missing (hookrun's hooks always do)" },
	{ "no_auto_install", KEY_BOOL, PLACE_TOP, NULL, "false",
		"do not sync the installed hooks when a hook runs" },
	{ "install_non_git_hooks", KEY_BOOL, PLACE_TOP, NULL, "false",
		"install files also for hooks that git does not know" },
	{ "templates", KEY_STRINGS, PLACE_TOP, NULL, NULL,
		"texts for {name} in commands" },
	{ "output", KEY_OUTPUT, PLACE_TOP, OUTPUTS, "true",
		"compact, lefthook, or which parts of lefthook's output are "
		"printed" },
	{ "recorder", KEY_BOOL, PLACE_TOP, NULL, "true",
		"keep what the last runs did, for 'hookrun last' and 'slow'" },
	{ "skip_lfs", KEY_BOOL, PLACE_TOP, NULL, "false",
		"do not call git-lfs" },
	{ "chain", KEY_BOOL, PLACE_TOP | PLACE_HOOK, NULL, "false",
		"run the hooks that were there before (NAME.old) first" },
	{ "remotes", KEY_SEQ, PLACE_TOP, NULL, NULL,
		"repositories whose configuration is laid over this one" },
	{ "ai", KEY_MAP, PLACE_TOP, NULL, NULL, "hooks of coding assistants" },

	/* a remote */
	{ "git_url", KEY_STRING, PLACE_REMOTE, NULL, NULL,
		"where to clone the remote from" },
	{ "ref", KEY_STRING, PLACE_REMOTE, NULL, NULL,
		"branch, tag or commit of the remote" },
	{ "configs", KEY_LIST, PLACE_REMOTE, NULL, "lefthook.yml",
		"files to read from the remote" },
	{ "refetch", KEY_BOOL, PLACE_REMOTE, NULL, "false",
		"fetch the remote at every run" },
	{ "refetch_frequency", KEY_AGE, PLACE_REMOTE, "always|never", NULL,
		"how old a fetch may be, always or never" },
	{ "optional", KEY_BOOL, PLACE_REMOTE, NULL, "false",
		"run hooks without the remote where it cannot be fetched" },

	/* what runs: hooks, groups, jobs, commands, scripts */
	{ "name", KEY_STRING, PLACE_JOB, NULL, NULL,
		"name of the job; jobs of one name are merged" },
	{ "run", KEY_STRING, PLACE_JOB | PLACE_COMMAND, NULL, NULL,
		"shell command" },
	{ "script", KEY_STRING, PLACE_JOB, NULL, NULL,
		"file in the folder of the hook's scripts" },
	{ "uses", KEY_USES, PLACE_JOB, NULL, NULL, "built-in step" },
	{ "with", KEY_MAP, PLACE_JOB, NULL, NULL,
		"options of the built-in step" },
	{ "runner", KEY_STRING, PLACE_JOB | PLACE_SCRIPT, NULL, NULL,
		"program that the script is given to" },
	{ "args", KEY_STRING, PLACE_JOB | PLACE_SCRIPT, NULL, NULL,
		"text appended to the command" },
	{ "root", KEY_STRING, PLACE_HOOK | PLACE_JOB | PLACE_COMMAND, NULL,
		NULL, "folder to run in; only its files count" },
	{ "root", KEY_STRING, PLACE_GROUP | PLACE_UNHEEDED, NULL, NULL,
		"has no effect in a group; set it on the job around it" },
	{ "parallel", KEY_BOOL, PLACE_RUNNING, NULL, "false",
		"run all jobs at once" },
	{ "piped", KEY_BOOL, PLACE_RUNNING, NULL, "false",
		"stop at the first job that fails" },
	{ "jobs_limit", KEY_INT, PLACE_RUNNING, NULL, NULL,
		"how many parallel jobs may run at once; 0: no limit (default: "
		"as many as processors)" },
	{ "follow", KEY_BOOL, PLACE_HOOK, NULL, "false",
		"print output while the jobs run" },
	{ "isolate", KEY_WORD_OR_BOOL, PLACE_HOOK, "all|true|false|0|1", NULL,
		"show partly staged files (true; the default in pre-commit) or "
		"all tracked files (all) to jobs as they are staged" },
	{ "untracked", KEY_ENUM, PLACE_HOOK, "hide|keep", "keep",
		"whether jobs see untracked files" },
	{ "fail_on_changes", KEY_WORD_OR_BOOL, PLACE_HOOK,
		"never|always|ci|non-ci|true|false|0|1", "never",
		"fail when a job changed files: always, only where CI is set "
		"(ci), or only where it is not (non-ci)" },
	{ "fail_on_changes_diff", KEY_BOOL, PLACE_HOOK, NULL, NULL,
		"also print what was changed; by default where CI is set" },
	{ "files", KEY_STRING, PLACE_HOOK | PLACE_JOB | PLACE_COMMAND, NULL,
		NULL, "command that prints the files for {files}" },
	{ "base", KEY_STRING, PLACE_HOOK, NULL, NULL,
		"branch that new branches are compared with (pre-push)" },
	{ "require", KEY_LIST, PLACE_HOOK, "pre-commit", NULL,
		"pre-push: the hooks that run for pushed commits which have "
		"passed them over" },
	{ "exclude_tags", KEY_LIST, PLACE_HOOK, NULL, NULL,
		"tags or names of jobs that are skipped" },
	{ "fail_text", KEY_STRING, PLACE_TASK, NULL, NULL,
		"text for the summary when the job fails" },
	{ "timeout", KEY_DURATION, PLACE_HOOK | PLACE_TASK, NULL, NULL,
		"the job, group or hook is stopped after that time" },
	{ "glob", KEY_PATTERNS, PLACE_HOOK | PLACE_JOB | PLACE_COMMAND, NULL,
		NULL, "only files that match one of these" },
	{ "exclude", KEY_PATTERNS, PLACE_HOOK | PLACE_JOB | PLACE_COMMAND, NULL,
		NULL, "no files that match one of these" },
	{ "tags", KEY_LIST, PLACE_HOOK | PLACE_TASK, NULL, NULL,
		"words by which jobs are chosen or skipped" },
	{ "file_types", KEY_FILE_TYPES, PLACE_JOB | PLACE_COMMAND, FILE_TYPES,
		NULL, "only files of these types" },
	{ "env", KEY_STRINGS, PLACE_HOOK | PLACE_TASK, NULL, NULL,
		"environment variables" },
	{ "priority", KEY_ORDER, PLACE_COMMAND | PLACE_SCRIPT, NULL, "0",
		"order among commands or scripts; 0: last" },
	{ "interactive", KEY_BOOL, PLACE_TASK, NULL, "false",
		"the job gets the terminal and runs alone" },
	{ "use_stdin", KEY_BOOL, PLACE_TASK, NULL, "false",
		"the job gets what git writes to the hook" },
	{ "stage_fixed", KEY_BOOL, PLACE_HOOK | PLACE_TASK, NULL, "false",
		"pre-commit: stage those of its files that the job changed" },
	{ "skip", KEY_CONDITION, PLACE_HOOK | PLACE_TASK, STATES, NULL,
		"when not to run" },
	{ "only", KEY_CONDITION, PLACE_HOOK | PLACE_TASK, STATES, NULL,
		"when to run" },
	{ "setup", KEY_SEQ, PLACE_HOOK, NULL, NULL,
		"commands that run before the jobs" },
	{ "run", KEY_STRING, PLACE_SETUP, NULL, NULL, "shell command" },
	{ "needs", KEY_LIST, PLACE_TASK, NULL, NULL,
		"jobs of the same list that must have passed before" },
	{ "allow_failure", KEY_BOOL, PLACE_TASK, NULL, "false",
		"the hook passes though the job fails" },
	{ "retry", KEY_INT, PLACE_TASK, NULL, "0",
		"how often to try again when the job fails" },
	{ "checkout", KEY_ENUM, PLACE_TASK, "pushed", NULL,
		"run in a work tree of each pushed commit (pre-push)" },
	{ "show", KEY_ENUM, PLACE_TASK, "always|failed", "failed",
		"whether the output of the job is shown though it passed" },
	{ "shell", KEY_STRING, PLACE_HOOK | PLACE_JOB | PLACE_COMMAND, NULL,
		NULL, "shell and options that run the command, instead of sh" },
	{ "group", KEY_MAP, PLACE_JOB, NULL, NULL, "jobs within the job" },
	{ "jobs", KEY_SEQ, PLACE_RUNNING, NULL, NULL, "list of jobs" },
	{ "commands", KEY_MAP, PLACE_HOOK, NULL, NULL,
		"jobs by name that run a command" },
	{ "scripts", KEY_MAP, PLACE_HOOK, NULL, NULL,
		"jobs that run a file, by the file's name" },

	/* a map in skip or only */
	{ "ref", KEY_STRING, PLACE_CONDITION, NULL, NULL,
		"glob of branch names" },
	{ "push_ref", KEY_STRING, PLACE_CONDITION, NULL, NULL,
		"glob of refs that are being pushed (pre-push)" },
	{ "run", KEY_STRING, PLACE_CONDITION, NULL, NULL,
		"command that succeeds where the condition holds" },
	{ NULL, KEY_STRING, 0, NULL, NULL, NULL },
};

static const struct key no_options[] = { { .name = NULL } };

static bool no_uses(size_t n, struct uses *ret)
{
	(void)n;
	(void)ret;
	return false;
}

static uses_at *uses_known = no_uses;

void keys_set_uses(uses_at *at)
{
	uses_known = at;
}

const struct key *keys_of_uses(const char *name)
{
	struct uses uses;

	for (size_t n = 0; uses_known(n, &uses); n++)
		if (!strcmp(uses.name, name))
			return uses.options ? uses.options : no_options;
	return NULL;
}

const char *keys_uses_words(struct arena *arena)
{
	AUTO_STRBUF words = STRBUF_INIT;
	struct uses uses;

	for (size_t n = 0; uses_known(n, &uses); n++)
		strbuf_addf(&words, "%s%s", n ? "|" : "", uses.name);
	return arena_strdup(arena, words.buf);
}

const struct key *keys_all(void)
{
	return table;
}

bool key_is_at(const struct key *key, enum key_place place)
{
	return place == PLACE_WITH || (key->places & place);
}

bool key_is_list(const struct key *key)
{
	return key->type == KEY_LIST || key->type == KEY_PATTERNS ||
	       key->type == KEY_FILE_TYPES || key->type == KEY_FILES;
}

const struct key *keys_find_in(
	const struct key *keys, const char *name, enum key_place place)
{
	for (; keys->name; keys++)
		if (*keys->name == *name && key_is_at(keys, place) &&
			!strcmp(keys->name, name))
			return keys;
	return NULL;
}

const struct key *keys_find(const char *name, enum key_place place)
{
	return keys_find_in(table, name, place);
}

const char *keys_nearest(
	const struct key *keys, const char *name, enum key_place place)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (; keys->name; keys++)
		if (key_is_at(keys, place))
			nearest_offer(&nearest, keys->name);
	return nearest.best;
}
