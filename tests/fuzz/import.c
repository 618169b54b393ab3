/*
 * Configurations of other tools come with a repository: whatever is in them,
 * what is made of them can be read as YAML again.  The first byte chooses the
 * tool.
 */
#include "hookrun/import/import.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/node.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { ".pre-commit-config.yaml",
	".overcommit.yml", ".husky/pre-commit", "package.json" };

static char *folder;

static void remove_folder(void)
{
	struct err err;

	fs_remove_tree(folder, &err);
	free(folder);
}

static void make_folder(void)
{
	AUTO_FREE char *husky = NULL;
	struct err err;

	if (fs_temp_dir("hookrun-fuzz", &folder, &err))
		abort();
	atexit(remove_folder);
	husky = fs_join(folder, ".husky");
	if (fs_mkdirs(husky, 0700, &err))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct imported imported = IMPORTED_INIT;
	AUTO_FREE char *path = NULL;
	AUTO_ARENA arena = ARENA_INIT;
	struct node *root;
	struct err err;

	if (!folder)
		make_folder();
	if (!size)
		return 0;
	path = fs_join(folder, names[*data % ARRAY_SIZE(names)]);
	if (fs_write_cache(path, data + 1, size - 1, &err))
		abort();
	if (!import_all(folder, &imported, &err) && imported.text.len &&
		node_read_yaml(&arena, "lefthook.yml", imported.text.buf,
			imported.text.len, &root, &err)) {
		fprintf(stderr, "%s\n%s", err.msg, imported.text.buf);
		abort();
	}
	unlink(path);
	imported_release(&imported);
	return 0;
}
