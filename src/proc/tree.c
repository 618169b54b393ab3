/*
 * A process can leave its group and its session, and by ending its parent also
 * its place among the descendants; but it cannot do so unseen once it was seen.
 * So a tree remembers its members by number and time of start, and grows by
 * their children at every look.
 */
#include "proc/tree.h"

#include "hookrun/base/alloc.h"

#include <signal.h>
#include <stdlib.h>

void tree_release(struct tree *tree)
{
	free(tree->v);
	*tree = (struct tree){ 0 };
}

bool tree_has(const struct tree *tree, const struct process *process)
{
	for (size_t i = 0; i < tree->nr; i++)
		if (tree->v[i].pid == process->pid &&
			tree->v[i].started == process->started)
			return true;
	return false;
}

void tree_add(struct tree *tree, const struct process *process)
{
	if (process->over || tree_has(tree, process))
		return;
	xgrow(&tree->v, &tree->cap, tree->nr + 1, sizeof(*tree->v));
	tree->v[tree->nr++] = (struct tree_member){
		.pid = process->pid,
		.group = process->group,
		.started = process->started,
	};
}

void tree_add_session(
	struct tree *tree, const struct census *census, pid_t leader)
{
	for (size_t i = 0; leader > 1 && i < census->nr; i++)
		if (census->v[i].session == leader ||
			census->v[i].group == leader ||
			census->v[i].pid == leader)
			tree_add(tree, &census->v[i]);
}

static void forget_dead(struct tree *tree, const struct census *census)
{
	size_t kept = 0;

	for (size_t i = 0; i < tree->nr; i++) {
		const struct process *now = census_find(
			census, tree->v[i].pid, tree->v[i].started);

		if (!now || now->over)
			continue;
		tree->v[kept] = tree->v[i];
		tree->v[kept++].group = now->group;
	}
	tree->nr = kept;
}

/* What is added at the end is a parent later in the same walk. */
void tree_follow(struct tree *tree, const struct census *census)
{
	forget_dead(tree, census);
	for (size_t i = 0; i < tree->nr; i++)
		for (size_t k = 0; k < census->nr; k++)
			if (census->v[k].parent == tree->v[i].pid)
				tree_add(tree, &census->v[k]);
}

void tree_signal(const struct tree *tree, int sig, pid_t group)
{
	for (size_t i = 0; i < tree->nr; i++)
		if (!group || tree->v[i].group != group)
			kill(tree->v[i].pid, sig);
}
