/*
 * Lock files that killed programs have left, and the room on the disk.
 *
 * hookrun's own locks are the kernel's and never stale.  git's are files: one
 * whose git was killed makes every commit fail from then on, but one that is
 * merely old may belong to a `git commit` whose editor is open, so that no lock
 * is called stale while any git runs in this work tree.
 */
#include "cli/doctor.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/files/template.h"
#include "hookrun/proc/process.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define YOUNG_S 60 /* a git that was seen to start has ended by then */
#define LITTLE_BYTES (100 << 20)
#define FEW_INODES 1000

/* Of nobody: on such a system any git may be at work here. */
static bool folders_are_unknown(void)
{
	AUTO_STRBUF folder = STRBUF_INIT;

	return process_folder(getpid(), &folder) != 0;
}

/* Whether it is in the folder `root`, or below. */
static bool is_in(pid_t pid, const char *root)
{
	AUTO_STRBUF folder = STRBUF_INIT;
	size_t len = strlen(root);

	if (process_folder(pid, &folder))
		return folders_are_unknown();
	return !strncmp(folder.buf, root, len) &&
	       (!folder.buf[len] || folder.buf[len] == '/');
}

/* The pid of one that is at work in `root`, or 0. */
static pid_t git_at_work(const char *root)
{
	AUTO_FREE pid_t *pids = process_list("git");

	for (size_t i = 0; pids && pids[i]; i++)
		if (is_in(pids[i], root))
			return pids[i];
	return 0;
}

static void look_at_lock(
	struct doctor *doctor, const char *dir, const char *name, pid_t git)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_STRBUF mend = STRBUF_INIT;
	struct stat st;
	long long age;

	if (lstat(path, &st))
		return;
	age = (long long)(time(NULL) - st.st_mtime);
	if (git) {
		finding_note("'%s' %s by a git that runs", path,
			folders_are_unknown() ? "may be held" : "is held");
		return;
	}
	if (age < YOUNG_S) {
		finding_note("'%s' is new", path);
		return;
	}
	strbuf_addstr(&mend, "rm -f ");
	template_quote(&mend, path);
	finding_fault(doctor, mend.buf,
		"'%s' was left %lld minutes ago by a git that was killed (none "
		"runs here now): what needs it fails",
		path, age / 60);
}

void doctor_locks(struct doctor *doctor)
{
	const struct repo *repo = doctor->ws.repo;
	pid_t git = git_at_work(repo_worktree(repo));
	size_t before = doctor->faults;

	finding_section("locks");
	look_at_lock(doctor, repo_gitdir(repo), "index.lock", git);
	look_at_lock(doctor, repo_gitdir(repo), "HEAD.lock", git);
	look_at_lock(doctor, repo_commondir(repo), "config.lock", git);
	look_at_lock(doctor, repo_commondir(repo), "packed-refs.lock", git);
	if (doctor->faults == before)
		finding_note("none is stale");
}

/* ---- disk ---- */

static unsigned long long free_bytes(const struct statvfs *fs)
{
	return (unsigned long long)fs->f_bavail * fs->f_frsize;
}

bool disk_is_short(
	const struct statvfs *fs, const char *dir, struct strbuf *out)
{
	if (fs->f_flag & ST_RDONLY)
		strbuf_addf(out,
			"'%s' can only be read: jobs and git cannot write "
			"there",
			dir);
	else if (free_bytes(fs) < LITTLE_BYTES)
		strbuf_addf(out, "%llu MB are free where '%s' is: make room",
			free_bytes(fs) >> 20, dir);
	else if (fs->f_files && fs->f_favail < FEW_INODES)
		strbuf_addf(out,
			"no more than %llu files can be made where '%s' is: "
			"make room",
			(unsigned long long)fs->f_favail, dir);
	else
		return false;
	return true;
}

void doctor_disk(struct doctor *doctor)
{
	const char *const dirs[] = { repo_worktree(doctor->ws.repo),
		repo_commondir(doctor->ws.repo) };

	finding_section("disk");
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct statvfs fs;

		if (statvfs(dirs[i], &fs))
			continue;
		if (disk_is_short(&fs, dirs[i], &text))
			finding_fault(doctor, NULL, "%s", text.buf);
		else if (access(dirs[i], W_OK))
			finding_fault(doctor, NULL,
				"'%s' is not writable for this user", dirs[i]);
		else
			finding_note("%llu MB are free where '%s' is",
				free_bytes(&fs) >> 20, dirs[i]);
	}
}
