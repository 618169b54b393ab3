/*
 * `hookrun schema`: the JSON schema of a configuration, for editors.
 */
#include "cli/cli.h"

#include "hookrun/config/schema.h"

int cmd_schema(const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;

	schema_write(&out, args_has(args, "local"));
	fputs(out.buf, stdout);
	return 0;
}
