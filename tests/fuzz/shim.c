/*
 * Input: of the shell that installs, where hookrun is and its PATH; of the
 * configuration, the command and `rc`; and the file that stands in the hook's
 * place: each behind a NUL.  What goes into a hook file for sh comes out of it
 * again as it was, whatever bytes it has.
 */
#include "fuzz_input.h"
#include "hookrun/base/strbuf.h"
#include "install/shim.h"

#include <stdio.h>

/* What a hook file that somebody may have written says of itself. */
static void read_file(const struct strbuf *text)
{
	AUTO_FREE char *program = shim_program(text);
	AUTO_FREE char *path = shim_path(text);

	if (program && strlen(program) > text->len)
		abort();
	if (path && strlen(path) > text->len)
		abort();
	shim_same(text, text);
}

static void write_file(
	const struct install_opts *opts, const struct strbuf *there)
{
	AUTO_STRBUF shim = STRBUF_INIT;
	AUTO_FREE char *path = NULL, *program = NULL;
	struct err err = ERR_INIT;

	if (shim_render(opts, "pre-commit", there, &shim, &err))
		abort();
	path = shim_path(&shim);
	program = shim_program(&shim);
	if (!path || strcmp(path, opts->program) != 0 ||
		!shim_same(&shim, &shim))
		abort();
	if (program && (!opts->direct || strcmp(program, opts->program) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	AUTO_FREE char *program = fuzz_text(&input);
	AUTO_FREE char *search = fuzz_text(&input);
	AUTO_FREE char *binary = fuzz_text(&input);
	AUTO_FREE char *rc = fuzz_text(&input);
	struct install_opts opts = {
		.program = program, .search = search, .binary = binary, .rc = rc
	};
	AUTO_STRBUF there = STRBUF_INIT;

	shim_look(fuzz_file(input.pos, input.left), &there);
	read_file(&there);
	write_file(&opts, NULL);
	opts.direct = true;
	write_file(&opts, &there);
	opts.automatic = true;
	write_file(&opts, &there);
	return 0;
}
