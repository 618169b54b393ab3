/*
 * What can be known of a process that is not ours.  Of one that has ended or is
 * another user's, and of any on a system that does not tell, nothing is known:
 * that is no error.
 */
#ifndef HOOKRUN_PROC_PROCESS_H
#define HOOKRUN_PROC_PROCESS_H

#include "hookrun/base/strbuf.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* The beginning of its command line: words, each with its NUL, the last one cut
 * where `size` ends.  Returns the bytes, without the NUL that is always behind
 * them; 0: unknown. */
size_t process_words(pid_t pid, char *buf, size_t size);

/* 0: unknown. */
pid_t process_parent(pid_t pid);

/* Both: the words as process_words(), and the parent. */
size_t process_words_and_parent(
	pid_t pid, char *buf, size_t size, pid_t *ret_parent);

/* The path of its program; "": unknown. */
void process_program(pid_t pid, char ret[PATH_MAX]);

/* Append the name of its program, which the kernel may have cut; nothing where
 * it is unknown. */
void process_name(pid_t pid, struct strbuf *out);

/* Append the folder that it is in; -1: unknown. */
int process_folder(pid_t pid, struct strbuf *out);

/* Whether its stdout and stderr both lead to files or nowhere: neither to a
 * terminal nor to anybody who reads.  False: or unknown. */
bool process_writes_elsewhere(pid_t pid);

/* Whether it has this file open, by whatever name.  False: or unknown. */
bool process_has_open(pid_t pid, const struct stat *file);

/* The pids of all processes whose program's name begins with `prefix`,
 * malloc'd, ended by a 0; NULL: there is none, or that is unknown. */
pid_t *process_list(const char *prefix);

/* Let lists of processes call us so. */
void process_call_us(const char *name);

#endif
