/*
 * A glance at every staged file: does its stat data prove that it is as
 * staged?  That is one system call a file, and for thousands of them more than
 * half of what a commit waits for, while another processor stands idle.
 *
 * So where there are many, a second process begins at the end of the list, and
 * the two go on until they meet.  Neither waits for the other: where the second
 * one comes late, or dies, the first does it all.  They share a byte for each
 * file and nothing else.
 */
#include "guard/guard_impl.h"

#include "hookrun/git/staged.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/processors.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* Files; starting a process takes as long as a thousand of them. */
#define MANY 10000

enum { UNSEEN, UNCHANGED, UNPROVED };

struct glance {
	const struct staged *staged;
	int root; /* the work tree, for all paths below it */
	atomic_uchar *seen;
};

static bool is_unchanged(const struct glance *glance, size_t i)
{
	const struct staged_file *file = &glance->staged->v[i];
	struct stat st;

	return file->id_len &&
	       !fstatat(glance->root, file->path, &st, AT_SYMLINK_NOFOLLOW) &&
	       staged_is_unchanged(file, &st);
}

/* False where the other one has been. */
static bool look(const struct glance *glance, size_t i)
{
	if (glance->seen[i] != UNSEEN)
		return false;
	glance->seen[i] = is_unchanged(glance, i) ? UNCHANGED : UNPROVED;
	return true;
}

static int from_end(void *data)
{
	const struct glance *glance = data;
	size_t i = glance->staged->nr;

	while (i && look(glance, i - 1))
		i--;
	return 0;
}

static bool has_processors(void)
{
	return processors() > 1;
}

static void glance_together(struct glance *glance)
{
	struct child_opts opts = {
		.func = from_end, .func_data = glance, .new_session = true
	};
	size_t nr = glance->staged->nr;
	struct err ignored = ERR_INIT;
	pid_t pid;

	if (child_spawn(&opts, &pid, &ignored))
		return;
	for (size_t i = 0; i < nr && look(glance, i); i++)
		;
	child_wait(pid);
	for (size_t i = 0; i < nr; i++)
		if (glance->seen[i] == UNCHANGED)
			glance->staged->unchanged[i] = true;
}

void guard_glance(const struct staged *staged, int root)
{
	struct glance glance = { .staged = staged, .root = root };
	void *seen = MAP_FAILED;

	if (staged->nr >= MANY && has_processors())
		seen = mmap(NULL, staged->nr, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen != MAP_FAILED) {
		glance.seen = seen;
		glance_together(&glance);
	}
	for (size_t i = 0; i < staged->nr; i++)
		if (seen == MAP_FAILED || glance.seen[i] == UNSEEN)
			staged->unchanged[i] = is_unchanged(&glance, i);
	if (seen != MAP_FAILED)
		munmap(seen, staged->nr);
}
