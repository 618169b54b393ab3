/* Finding and reading the files that make up a configuration. */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include "config/problems.h"
#include "hookrun/base/strvec.h"
#include "hookrun/config/config.h"

struct layer {
	struct node *root;
	bool extended; /* reached by `extends` or `remotes` */
};

/* The files in the order in which they are laid over each other. */
struct layers {
	struct layer *v; /* owned */
	size_t nr, cap;
	struct strvec files;   /* their absolute paths; owned */
	struct strvec remotes; /* the folders of the remotes; owned */
	const char *lacking;   /* a remote of which there is no file, though it
				  is not optional; or NULL */
	bool forgets_extends;  /* the merged tree is to have none: lefthook's
				  remotes wipe it out but for a local file's */
};

void layers_release(struct layers *layers);

/* Read the main file of the work tree `root`, what it extends, the files of
 * remotes (`remotes` may be NULL), the local file and what that extends.  A
 * file that cannot be read or parsed is an entry of
 * `problems`, and no layer.  1 found, 0 no configuration. */
int layers_load(const char *root, const struct config_remotes *remotes,
	struct arena *arena, struct problems *problems, struct layers *ret);

/* config_find(), and the local file beside it: malloc'd, or NULL. */
bool config_find_files(const char *root, char **ret_path, char **ret_local);

/* What config_load() does once the files are read: check and bind the layers,
 * which are in the arena of `config`.  The lists in `layers` move to it. */
int layers_bind(struct layers *layers, struct problems *problems, bool strict,
	struct config *config, struct err *err);

#endif
