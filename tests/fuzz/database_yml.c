/*
 * config/database.yml of a hostile branch: ERB, YAML and URLs, without Ruby and
 * without the network.  The first line is tried as a URL as well.  Whatever is
 * made of it, the key must be a file's name and nothing more.
 */
#include "db/resolve.h"
#include "db/settings.h"

#include <stdint.h>
#include <string.h>

#define URL_BYTES 5000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_url(struct arena *arena, const char *text, size_t len)
{
	static struct settings set;
	const char *why = NULL;
	char *url = arena_strndup(
		arena, text, len < URL_BYTES ? len : URL_BYTES);

	url[strcspn(url, "\n")] = '\0';
	for (int version = 600; version <= 700; version += 100) {
		set.nr = 0;
		if (!settings_merge_url(&set, url, version, arena, &why) &&
			!why)
			abort();
	}
}

static void check_targets(const struct db_targets *targets)
{
	for (size_t i = 0; i < targets->nr; i++) {
		const struct db_target *target = &targets->v[i];

		if (!target->adapter || !target->database ||
			!target->migrations_paths[0] || target->key[0] == '.' ||
			strpbrk(target->key, "/\n") || strlen(target->key) > 80)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct arena arena = ARENA_INIT;
	struct railsapp app = { .root = "/app", .env = "development" };
	struct db_targets targets = { 0 };
	struct node *tree = NULL;
	const char *why = NULL;
	struct err err = ERR_INIT;
	int found;

	if (size > RAILSAPP_MAX_BYTES)
		return 0;
	try_url(&arena, text, size);
	found = resolve_tree(&app, &arena, text, size, &tree, &why, &err);
	if (found > 0)
		found = resolve_targets(
			&app, &arena, tree, &targets, &why, &err);
	if (found > 0)
		check_targets(&targets);
	else if (found == 0 ? !why : !err.msg[0])
		abort();
	arena_release(&arena);
	return 0;
}
