/*
 * struct tree: processes that are to be ended together, found again from look
 * to look however they change their parents, groups and sessions.
 */
#ifndef PROC_TREE_H
#define PROC_TREE_H

#include "proc/census.h"

struct tree_member {
	pid_t pid, group;
	uint64_t started;
};

struct tree {
	struct tree_member *v; /* alive at the last look */
	size_t nr, cap;
};

void tree_release(struct tree *tree);
bool tree_has(const struct tree *tree, const struct process *process);
void tree_add(struct tree *tree, const struct process *process);

/* Add the session and the group of `leader` (0: of nobody). */
void tree_add_session(
	struct tree *tree, const struct census *census, pid_t leader);

/* Add all descendants of the members; forget members that are over. */
void tree_follow(struct tree *tree, const struct census *census);

/* All but those of `group`, which got it as a group; 0: really all. */
void tree_signal(const struct tree *tree, int sig, pid_t group);

#endif
