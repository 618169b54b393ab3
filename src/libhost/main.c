/*
 * The program in which shared libraries are loaded: it answers the questions
 * that arrive on its standard input, a socket, until that closes.  Why it is
 * there: hookrun/proc/libhost.h.
 *
 * It is linked dynamically and embedded in hookrun.  A signal that a whole
 * terminal or system sends must not end a connection in the midst of what
 * hookrun itself still has to finish; it ends with hookrun.
 */
#include "hookrun/base/alloc.h"
#include "hookrun/proc/process.h"
#include "libhost/libhost.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct service {
	const char *word;
	answer_fn *answer;
} services[] = {
	{ "db-open", database_open },
	{ "db-facts", database_facts },
	{ "db-sessions", database_sessions },
	{ "db-end", database_end },
	{ "db-lock-holder", database_lock_holder },
	{ "db-blockers", database_blockers },
	{ "db-print", database_print },
	{ "db-rows", database_rows },
	{ "db-transact", database_transact },
	{ "db-copies-alone", database_copies_alone },
	{ "db-copies-list", database_copies_list },
	{ "db-copies-make", database_copies_make },
	{ "db-copies-rename", database_copies_rename },
	{ "db-copies-drop", database_copies_drop },
	{ "magic-load", magic_load_library },
	{ "magic-type", magic_type_of },
};

static int answer(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *word = frame_text(question, 0);

	for (size_t i = 0; word && i < ARRAY_SIZE(services); i++)
		if (!strcmp(services[i].word, word))
			return services[i].answer(question, reply, err);
	return err_set(err, "no such question '%s'", word ? word : "");
}

/* An answer begins with a missing text, a failure with its message and the
 * number of its kind. */
static int reply_to(const struct frame *question, struct err *err)
{
	AUTO_STRBUF reply = STRBUF_INIT;
	char kind[16];

	frame_begin(&reply);
	frame_add(&reply, NULL);
	if (answer(question, &reply, err) < 0) {
		frame_begin(&reply);
		frame_add(&reply, err->msg);
		snprintf(kind, sizeof(kind), "%d", (int)err->kind);
		frame_add(&reply, kind);
	}
	return frame_send(STDIN_FILENO, &reply, err);
}

int main(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	AUTO_FRAME question = FRAME_INIT;
	struct err err = ERR_INIT;

	process_call_us("hookrun-libs");
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	while (frame_receive(STDIN_FILENO, -1, &question, &err) > 0)
		if (reply_to(&question, &err) < 0)
			break;
	database_close();
	return 0;
}
