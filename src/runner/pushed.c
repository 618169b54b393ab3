/*
 * Which refs a pre-push is about.  Git's lines are in stdin, which is not read
 * before a job or a condition wants to know.
 *
 * Git calls the hook with the remote as arguments and writes its lines into a
 * pipe; an empty pipe means that nothing is pushed.  Everything else without
 * lines is a person, or a script of theirs, who wants the hook to run for what
 * a push would send now.
 */
#include "runner/pushed.h"

#include "hookrun/base/alloc.h"

#include <string.h>

static const char *remote_of(const struct event *event)
{
	return event->nargs ? event->args[0] : NULL;
}

static int read_refs(struct pushed *pushed, struct arena *arena,
	struct push_opts *ret, struct err *err)
{
	struct event *event = pushed->event;
	struct err ignored = ERR_INIT;
	size_t len;
	const char *text = event_stdin(event, &len);

	if (len >= EVENT_STDIN_MAX)
		return err_set(err, "more than %d bytes of pushed refs",
			EVENT_STDIN_MAX - 1);
	*ret = (struct push_opts){ .remote = remote_of(event),
		.base = pushed->base };
	if (event->nargs && (len || event->stdin_is_pipe))
		return push_refs_read(arena, text, len, &ret->refs, err);
	ret->by_hand = push_refs_read(arena, text, len, &ret->refs, &ignored) ||
		       !ret->refs.nr;
	return 0;
}

int pushed_get(struct pushed *pushed, struct arena *arena,
	const struct push_opts **ret, struct err *err)
{
	if (!pushed->known && read_refs(pushed, arena, &pushed->opts, err))
		return -1;
	pushed->known = true;
	*ret = &pushed->opts;
	return 0;
}
