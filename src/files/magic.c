/*
 * libmagic is loaded in the library host, which stays for the files that
 * follow.  At the end of a run it is ended with all else; a later question
 * starts another.
 */
#include "files/magic.h"

#include "hookrun/base/mime.h"
#include "hookrun/proc/libhost.h"

#define ANSWER_MS 10000

static struct libhost *host;

int magic_ready(struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;

	if (host && host->fd >= 0)
		return 0;
	libhost_free(host);
	host = NULL;
	if (libhost_start(&host, err) < 0)
		return err_prefix(err, "this type needs libmagic");
	if (!libhost_ask_about(
		    host, "magic-load", NULL, ANSWER_MS, &reply, err))
		return 0;
	libhost_free(host);
	host = NULL;
	return -1;
}

int magic_type(const char *path, const char **ret, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;
	const char *name;

	if (magic_ready(err) < 0)
		return -1;
	if (libhost_ask_about(
		    host, "magic-type", path, ANSWER_MS, &reply, err) < 0)
		return err_prefix(
			err, "libmagic cannot tell what '%s' is", path);
	name = frame_text(&reply, 1);
	*ret = name ? mime_find(name) : NULL;
	return 0;
}
