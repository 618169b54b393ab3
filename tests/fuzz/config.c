/*
 * Arbitrary bytes as a configuration: read, checked, bound and dumped; and
 * what was dumped must load again.
 */
#include "cli/steps.h"
#include "config_text.h"
#include "hookrun/config/config.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reload(const char *path, const struct strbuf *text)
{
	struct config config;
	struct err err;

	if (config_load_text(
		    path, text->buf, text->len, false, &config, &err)) {
		fprintf(stderr, "%s\n%s\n", text->buf, err.msg);
		abort();
	}
	config_release(&config);
}

static void try_format(const char *path, const uint8_t *data, size_t size)
{
	AUTO_STRBUF yaml = STRBUF_INIT;
	AUTO_STRBUF json = STRBUF_INIT;
	struct config config;
	struct err err = ERR_INIT;

	if (config_load_text(
		    path, (const char *)data, size, false, &config, &err)) {
		assert(err.msg[0]);
		return;
	}
	config_dump(&config, "yaml", &yaml, &err);
	config_dump(&config, "json", &json, &err);
	config_release(&config);
	reload("dump.yml", &yaml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	step_register(steps_builtin);
	try_format("f.yml", data, size);
	try_format("f.json", data, size);
	try_format("f.jsonc", data, size);
	try_format("f.toml", data, size);
	return 0;
}
