/*
 * A hook is run with ours when git would run it in its place: a regular file
 * (or a link to one) that is executable.  What lefthook or hookrun has written
 * is left out, else a hook would start itself.
 */
#include "hookrun/install/chain.h"

#include "hookrun/install/hookspath.h"
#include "install/shim.h"
#include "install/sync.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hookname.h"
#include "hookrun/config/config.h"

static bool is_manager(const char *path)
{
	AUTO_STRBUF text = STRBUF_INIT;
	enum shim_kind kind = shim_look(path, &text);

	return kind == SHIM_OURS || kind == SHIM_LEFTHOOK;
}

static void offer(char *path, struct strvec *ret, struct strbuf *notes)
{
	if (!fs_exists(path) || fs_is_dir(path) || is_manager(path)) {
		free(path);
	} else if (!fs_is_executable(path)) {
		strbuf_addf(
			notes, "'%s' is not executable and is not run\n", path);
		free(path);
	} else {
		strvec_take(ret, path);
	}
}

void chain_find(struct repo *repo, const char *hook, struct strvec *ret,
	struct strbuf *notes)
{
	AUTO_FREE char *dir = sync_dir(repo);
	AUTO_FREE char *overruled = hookspath_overruled(repo);
	AUTO_STRBUF old = STRBUF_INIT;

	strbuf_addf(&old, "%s.old", hook);
	offer(fs_join(dir, old.buf), ret, notes);
	if (overruled)
		offer(fs_join(overruled, hook), ret, notes);
}

void chain_names(struct repo *repo, struct strvec *ret)
{
	AUTO_FREE char *overruled = hookspath_overruled(repo);

	for (size_t i = 0; overruled && hookname_all[i]; i++) {
		AUTO_FREE char *path = fs_join(overruled, hookname_all[i]);

		if (fs_is_executable(path) && !is_manager(path) &&
			!strvec_has(ret, hookname_all[i]))
			strvec_push(ret, hookname_all[i]);
	}
}
