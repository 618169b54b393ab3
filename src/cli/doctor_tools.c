/*
 * The programs that jobs name, looked for as a hook would: in the folder of the
 * job, along our PATH, and along the PATH that was recorded at install.  One
 * that only the PATH of this terminal has would be missing in a hook that a
 * graphical client starts, which is the commonest way of "works here, but not
 * there".  A job that decides itself whether it can run (`skip`, `only` with a
 * command) is not looked at, nor one with a PATH of its own.
 */
#include "cli/doctor.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/files/template.h"
#include "hookrun/install/install.h"
#include "hookrun/runner/programs.h"

/* What every program has that a desktop starts. */
#define DESKTOP_PATH                                                           \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct tools {
	struct doctor *doctor;
	char *search;	    /* as recorded, or NULL */
	struct strvec seen; /* "FOLDER\nNAME" */
	struct strvec found;
};

/* Where a job stands: from the hook and the groups around it. */
struct setting {
	const char *root;
	bool other_path; /* its `env` has a PATH of its own */
};

static bool has_path(const struct env_pair *env, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(env[i].name, "PATH"))
			return true;
	return false;
}

static bool decides_itself(const struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->nr; i++)
		if (conditions->v[i].kind != COND_REF &&
			conditions->v[i].kind != COND_STATE &&
			conditions->v[i].kind != COND_PUSH_REF)
			return true;
	return false;
}

static void add_job(const struct job_config *job, struct strbuf *out)
{
	strbuf_addf(out, " (job '%s'", job->display);
	if (job->node && job->node->source)
		strbuf_addf(out, ", %s:%d", job->node->source->path,
			job->node->line);
	strbuf_addch(out, ')');
}

/* No program of that name: what a user can do depends on where one is. */
static void tell_missing(struct tools *tools, const struct job_config *job,
	const char *folder, const char *name)
{
	AUTO_FREE char *own = fs_clean(folder, name);
	AUTO_FREE char *modules = fs_join(folder, "node_modules/.bin");
	AUTO_FREE char *local = fs_join(modules, name);
	AUTO_STRBUF where = STRBUF_INIT, mend = STRBUF_INIT;

	add_job(job, &where);
	if (strchr(name, '/') && fs_exists(own)) {
		strbuf_addstr(&mend, "chmod +x ");
		template_quote(&mend, own);
		finding_fault(tools->doctor, mend.buf,
			"'%s' is not executable%s", name, where.buf);
	} else if (strchr(name, '/')) {
		finding_fault(tools->doctor, NULL,
			"'%s' is not there: looked in '%s'%s", name, folder,
			where.buf);
	} else if (fs_is_executable(local)) {
		finding_fault(tools->doctor, NULL,
			"'%s' is in '%s' and not along PATH: write 'npx %s'%s",
			name, modules, name, where.buf);
	} else {
		finding_fault(tools->doctor, NULL,
			"there is no program '%s' along the PATH of hooks: "
			"install it%s",
			name, where.buf);
	}
}

static void look_for(struct tools *tools, const struct job_config *job,
	const char *folder, const char *name)
{
	AUTO_FREE char *own = strchr(name, '/') ? fs_clean(folder, name) : NULL;
	AUTO_FREE char *here = own ? NULL : fs_find_program(name, NULL);
	AUTO_FREE char *recorded =
		own || !tools->search ? NULL
				      : fs_find_program(name, tools->search);
	AUTO_FREE char *desktop = own ? NULL
				      : fs_find_program(name, DESKTOP_PATH);
	AUTO_STRBUF where = STRBUF_INIT;

	add_job(job, &where);
	if (own ? !fs_is_executable(own) : !here && !recorded)
		tell_missing(tools, job, folder, name);
	else if (here && tools->search && !recorded && !desktop)
		finding_fault(tools->doctor, "hookrun install",
			"'%s' is here in '%s', but not along the PATH recorded "
			"at install: a graphical client does not find it%s",
			name, here, where.buf);
	else if (!strvec_has(&tools->found, name))
		strvec_push(&tools->found, name);
}

static void look_at_text(struct tools *tools, const struct job_config *job,
	const struct setting *setting, const char *text)
{
	AUTO_FREE char *folder = fs_clean(repo_worktree(tools->doctor->ws.repo),
		setting->root ? setting->root : ".");
	AUTO_STRVEC names = STRVEC_INIT;

	programs_of(text, &names);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_STRBUF key = STRBUF_INIT;

		strbuf_addf(&key, "%s\n%s",
			strchr(names.v[i], '/') ? folder : "", names.v[i]);
		if (strvec_has(&tools->seen, key.buf))
			continue;
		strvec_push(&tools->seen, key.buf);
		look_for(tools, job, folder, names.v[i]);
	}
}

static void look_at_list(struct tools *tools, const struct setting *outer,
	const struct job_list *list);

static void look_at_job(struct tools *tools, const struct setting *outer,
	const struct job_config *job)
{
	struct setting own = *outer;

	if (decides_itself(&job->skip) || decides_itself(&job->only))
		return;
	if (job->root && *job->root)
		own.root = job->root;
	own.other_path |= has_path(job->env, job->nenv);
	if (job->kind == JOB_GROUP)
		look_at_list(tools, &own, job->group);
	if (own.other_path)
		return;
	look_at_text(tools, job, &own, job->shell);
	look_at_text(tools, job, &own, job->files);
	if (job->kind == JOB_SCRIPT)
		look_at_text(tools, job, &own, job->runner);
	if (job->kind == JOB_RUN)
		look_at_text(tools, job, &own, job->run);
	for (const char **command = job->setup;
		job->kind == JOB_SETUP && *command; command++)
		look_at_text(tools, job, &own, *command);
}

static void look_at_list(struct tools *tools, const struct setting *outer,
	const struct job_list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		look_at_job(tools, outer, &list->jobs[i]);
}

static void look_at_hook(struct tools *tools, const struct hook_config *hook)
{
	const struct setting setting = { hook->root,
		has_path(hook->env, hook->nenv) };
	const struct setting top = { NULL, false };

	if (decides_itself(&hook->skip) || decides_itself(&hook->only))
		return;
	look_at_list(tools, &top, &hook->setup);
	look_at_list(tools, &setting, &hook->list);
}

/* Sorted, "a, b, c". */
static void note_found(struct strvec *found)
{
	AUTO_STRBUF names = STRBUF_INIT;

	strvec_sort(found);
	for (size_t i = 0; i < found->nr; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", found->v[i]);
	if (found->nr)
		finding_note("found: %s", names.buf);
}

void doctor_tools(struct doctor *doctor)
{
	struct tools tools = { .doctor = doctor };
	const struct config *config = &doctor->ws.config;

	if (!doctor->ws.has_config)
		return;
	finding_section("programs of jobs");
	tools.search = install_search(doctor->ws.repo);
	finding_note("%s%s",
		tools.search ? "hooks search their PATH, then the one recorded "
			       "at install: "
			     : "hooks search their PATH only: none was "
			       "recorded at install",
		tools.search ? tools.search : "");
	for (size_t i = 0; i < config->nhooks; i++)
		look_at_hook(&tools, &config->hooks[i]);
	note_found(&tools.found);
	free(tools.search);
	strvec_release(&tools.seen);
	strvec_release(&tools.found);
}
