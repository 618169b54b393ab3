/*
 * Arbitrary bytes as a configuration: read, checked, bound and dumped; and
 * what was dumped must load again.  The first byte chooses YAML or JSON.
 */
#include "config/load.h"
#include "hookrun/config/config.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reload(const char *text, size_t len)
{
	struct config config;
	struct err err;

	if (config_load_text("dump.yml", text, len, false, &config, &err)) {
		fprintf(stderr, "%s\n%s\n", text, err.msg);
		abort();
	}
	config_release(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = size && data[0] == '{' ? "f.json" : "f.yml";
	AUTO_STRBUF yaml = STRBUF_INIT;
	AUTO_STRBUF json = STRBUF_INIT;
	struct config config;
	struct err err = ERR_INIT;

	if (config_load_text(
		    path, (const char *)data, size, false, &config, &err)) {
		assert(err.msg[0]);
		return 0;
	}
	config_dump(&config, "yaml", &yaml, &err);
	config_dump(&config, "json", &json, &err);
	config_release(&config);
	reload(yaml.buf, yaml.len);
	return 0;
}
