/*
 * `hookrun doctor`: why do hooks not run here, or not as in another terminal?
 *
 * Each section looks where a hook would look and reports what would go wrong
 * there, with the command that puts it right.  What `check-install`, `validate`
 * and `status` know is asked of the same functions; the rest is about what is
 * around hookrun: git, who else wants to own the hooks, the PATH of programs
 * that are started from a desktop, tools that are missing, and what killed
 * programs have left.
 */
#include "cli/doctor.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/files/template.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/guard/guard.h"
#include "hookrun/install/hookspath.h"
#include "hookrun/install/mergedriver.h"
#include "hookrun/runner/recording.h"
#include "cli/execute.h"

#include <unistd.h>

#define INSTALL "hookrun install"
#define RECORDINGS_LOOK 50
#define PACKAGE_MAX (4 << 20) /* bytes of a package.json */

/* ---- git and the environment ---- */

static void look_at_git(struct doctor *doctor)
{
	AUTO_FREE char *program = fs_find_program("git", NULL);
	AUTO_STRBUF version = STRBUF_INIT;
	struct err err;

	finding_section("git");
	if (!program) {
		finding_fault(
			doctor, NULL, "there is no program 'git' along PATH");
		return;
	}
	if (gitcmd(doctor->ws.repo, GIT_ARGS("version"), NULL, &version,
		    &err)) {
		finding_fault(doctor, NULL, "%s", err.msg);
		return;
	}
	version.buf[strcspn(version.buf, "\n")] = '\0';
	finding_note("%s, %s", version.buf, program);
}

static void look_at_variable(struct doctor *doctor, const char *name)
{
	static const char *const prefixes[] = { "HOOKRUN", "LEFTHOOK" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		AUTO_STRBUF full = STRBUF_INIT, mend = STRBUF_INIT;
		const char *value;

		strbuf_addf(&full, "%s%s", prefixes[i], name);
		strbuf_addf(&mend, "unset %s", full.buf);
		value = getenv(full.buf);
		if (!value || !*value)
			continue;
		if (!*name && (!strcmp(value, "0") || !strcmp(value, "false")))
			finding_fault(doctor, mend.buf,
				"%s is '%s': no hook runs from here", full.buf,
				value);
		else if (!strcmp(name, "_EXCLUDE"))
			finding_fault(doctor, mend.buf,
				"%s is '%s': these jobs do not run from here",
				full.buf, value);
		else if (!strcmp(name, "_BIN") && !persona_is_lefthook()) {
			AUTO_FREE char *found = fs_find_program(value, NULL);

			if (!found)
				finding_fault(doctor, mend.buf,
					"%s is '%s', which cannot be executed: "
					"every hook fails",
					full.buf, value);
		}
	}
}

/* ---- whose hooks git runs ---- */

/* Does the project's `prepare` script bring husky back at each installation? */
static bool prepare_is_husky(struct doctor *doctor)
{
	AUTO_FREE char *path = fs_join(
		repo_worktree(doctor->ws.repo), "package.json");
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_ARENA arena = ARENA_INIT;
	struct node *root;
	const char *prepare;
	struct err ignored;

	if (fs_read(path, &text, PACKAGE_MAX, &ignored) != 1 ||
		node_read(&arena, "package.json", text.buf, text.len, &root,
			&ignored))
		return false;
	prepare = node_str(node_get(root, "scripts"), "prepare");
	return prepare && strstr(prepare, "husky");
}

/* The command that makes git look into our own folder. */
static void mend_hooks_path(
	struct doctor *doctor, const struct hookspath *path, struct strbuf *out)
{
	AUTO_FREE char *own = fs_join(repo_commondir(doctor->ws.repo), "hooks");

	if (!hookspath_is_shared(path)) {
		strbuf_addstr(out, INSTALL " --reset-hooks-path");
		return;
	}
	strbuf_addstr(out, "git config core.hooksPath ");
	template_quote(out, own);
	strbuf_addstr(out, " && " INSTALL);
}

static void look_at_hooks_path(struct doctor *doctor, struct strbuf *ret_mend)
{
	AUTO_HOOKSPATH path = HOOKSPATH_INIT;
	struct err err;

	if (install_is_by_config(doctor->ws.repo)) {
		finding_note("git's configuration names the hook files");
		return;
	}
	if (hookspath_read(doctor->ws.repo, &path, &err)) {
		finding_fault(doctor, NULL, "%s", err.msg);
	} else if (!path.scope.len) {
		finding_note("core.hooksPath is not set");
	} else if (hookspath_is_ours(doctor->ws.repo, &path)) {
		finding_note("core.hooksPath is '%s' (%s: %s)", path.value.buf,
			path.scope.buf, path.origin.buf);
	} else {
		strbuf_reset(ret_mend);
		mend_hooks_path(doctor, &path, ret_mend);
		finding_fault(doctor, ret_mend->buf,
			"core.hooksPath is '%s' (%s: %s)%s; git runs the hooks "
			"in that folder%s",
			path.value.buf, path.scope.buf, path.origin.buf,
			strstr(path.value.buf, "husky") ? ", set by husky" : "",
			hookspath_is_shared(&path)
				? ", for all repositories of this user"
				: "");
	}
	if (prepare_is_husky(doctor))
		finding_fault(doctor, "npm pkg delete scripts.prepare",
			"the script 'prepare' in package.json starts husky: "
			"the next 'npm install' takes the hooks over");
}

static void look_at_files(struct doctor *doctor, const char *mend)
{
	AUTO_STRBUF problems = STRBUF_INIT, notes = STRBUF_INIT;
	AUTO_STRBUF seconds = STRBUF_INIT;
	AUTO_FREE char *dir = NULL;
	struct err ignored;
	size_t nr;

	if (!doctor->ws.has_config)
		return;
	if (shims_check(&doctor->ws, &nr, &problems, &notes)) {
		doctor->faults++;
		return;
	}
	finding_each(doctor, mend, &problems);
	finding_each(doctor, INSTALL, &notes);
	if (!problems.len && !install_folder(doctor->ws.repo, &dir, &ignored))
		finding_note("%zu installed and fresh in '%s'", nr, dir);
	shims_seconds(&doctor->ws, &seconds);
	strbuf_rtrim(&seconds);
	if (seconds.len)
		finding_note("%s", seconds.buf);
}

static void look_at_hooks(struct doctor *doctor)
{
	AUTO_STRBUF mend = STRBUF_INIT;

	finding_section("hooks");
	look_at_variable(doctor, "");
	look_at_variable(doctor, "_EXCLUDE");
	look_at_variable(doctor, "_BIN");
	strbuf_addstr(&mend, INSTALL);
	look_at_hooks_path(doctor, &mend);
	look_at_files(doctor, mend.buf);
	if (doctor->ws.nunseen)
		finding_fault(doctor, "hookrun trust",
			"%zu of what hooks would run is not approved: no hook "
			"runs",
			doctor->ws.nunseen);
}

/* ---- schema files ---- */

static void look_at_schema_files(struct doctor *doctor)
{
	AUTO_SCHEMA_FILES files = { .named = STRVEC_INIT };
	struct err err;
	int set = mergedriver_is_set(doctor->ws.repo, &err);

	if (set < 0 || mergedriver_files(doctor->ws.repo, &files, &err)) {
		finding_section("schema files");
		finding_fault(doctor, NULL, "%s", err.msg);
		return;
	}
	if (!set && !files.named.nr)
		return;
	finding_section("schema files");
	for (size_t i = 0; i < files.named.nr; i++)
		if (set)
			finding_note("%s: merged by hookrun", files.named.v[i]);
		else
			finding_fault(doctor, INSTALL " --merge-driver",
				"%s: its attribute names the merge "
				"driver " MERGEDRIVER
				", which this clone has not: git "
				"merges it as text",
				files.named.v[i]);
	for (size_t i = 0; set && i < files.unnamed.nr; i++)
		finding_note("%s: merged as text, no attribute names the merge "
			     "driver",
			files.unnamed.v[i]);
}

/* ---- configuration and steps ---- */

static void look_at_configuration(struct doctor *doctor)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct workspace *ws = &doctor->ws;
	int problems = workspace_validate(ws->repo, &out);
	bool loads = !workspace_load_silently(ws);

	finding_section("configuration");
	if (loads && !ws->has_config) {
		finding_fault(doctor, INSTALL,
			"there is none in '%s': no hook does anything (one to "
			"begin with is written by 'hookrun install')",
			repo_worktree(ws->repo));
	} else if (problems) {
		strbuf_rtrim(&out);
		finding_fault(doctor, NULL, "%s", out.buf);
	} else if (loads && ws->config.unmet) {
		finding_fault(
			doctor, NULL, "%s: no hook runs", ws->config.unmet);
	} else if (loads) {
		for (size_t i = 0; i < ws->config.files.nr; i++)
			finding_note("%s: all good", ws->config.files.v[i]);
	}
}

/* steps_look() has no word to hand along. */
static struct doctor *asking;

static int look_at_step(const struct step_ops *step, struct step_ctx *ctx)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int state;

	if (!step->status)
		return 0;
	finding_section(step->name);
	state = step->status(ctx, &out, &err);
	strbuf_rtrim(&out);
	if (state < 0)
		finding_fault(asking, NULL, "%s", err.msg);
	else if (state == STEP_UNKNOWN)
		finding_fault(asking, NULL, "%s", out.buf);
	else if (state == STEP_BEHIND)
		finding_fault(asking, "hookrun sync", "%s", out.buf);
	else
		finding_note("%s", out.buf);
	return 0;
}

static void look_at_steps(struct doctor *doctor)
{
	asking = doctor;
	if (doctor->ws.has_config && !doctor->ws.nunseen &&
		steps_look(&doctor->ws, steps_hook(&doctor->ws, NULL),
			look_at_step))
		doctor->faults++;
}

/* ---- unstaged work ---- */

static int look_at_backup(const struct backup *backup, void *data)
{
	AUTO_STRBUF mend = STRBUF_INIT;

	if (!backup->kept)
		return 0;
	strbuf_addf(&mend,
		"hookrun recover --restore %s && hookrun recover --drop %s",
		backup->id, backup->id);
	finding_fault(data, mend.buf,
		"unstaged work of %zu file%s could not be put back after a run "
		"of %s, and is kept as %s",
		backup->nr, backup->nr == 1 ? "" : "s", backup->hook,
		backup->id);
	return 0;
}

static void look_at_backups(struct doctor *doctor)
{
	size_t before = doctor->faults;
	struct err err;

	finding_section("unstaged work");
	if (backups_each(doctor->ws.repo, look_at_backup, doctor, &err))
		finding_fault(doctor, NULL, "%s", err.msg);
	else if (doctor->faults == before)
		finding_note("nothing waits to be put back");
}

/* ---- recordings ---- */

static void look_at_recordings(struct doctor *doctor)
{
	const char *common = repo_commondir(doctor->ws.repo);
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRBUF mend = STRBUF_INIT;
	AUTO_FREE char *folder = fs_join(common, RECORDINGS_FOLDER);
	struct recordings runs;
	struct err err;

	finding_section("recordings");
	strbuf_addstr(&mend, "rm -rf ");
	template_quote(&mend, folder);
	if (recordings_read(common, &arena, NULL, RECORDINGS_LOOK, &runs, &err))
		finding_fault(doctor, mend.buf, "%s", err.msg);
	else if (runs.damaged)
		finding_fault(doctor, mend.buf,
			"%zu of the last %zu recorded runs are damaged, and "
			"left out by 'hookrun last'",
			runs.damaged, runs.damaged + runs.nr);
	else
		finding_note(
			"all that were looked at can be read (%zu)", runs.nr);
}

int cmd_doctor(const struct args *args)
{
	struct doctor doctor = { .faults = 0 };
	int status = workspace_open_repo(&doctor.ws);

	(void)args;
	if (status)
		return status;
	look_at_git(&doctor);
	look_at_configuration(&doctor);
	look_at_hooks(&doctor);
	look_at_schema_files(&doctor);
	doctor_tools(&doctor);
	look_at_steps(&doctor);
	look_at_backups(&doctor);
	look_at_recordings(&doctor);
	doctor_locks(&doctor);
	doctor_disk(&doctor);
	if (doctor.faults)
		printf("\n%zu thing%s wrong\n", doctor.faults,
			doctor.faults == 1 ? " is" : "s are");
	else
		puts("\nnothing is wrong");
	workspace_close(&doctor.ws);
	return doctor.faults > 0;
}
