/*
 * Runs a fuzz target over files, without a fuzzer: `target.replay FILE...`.
 * A crash or a sanitizer's report is the only way to fail.
 */
#include "hookrun/base/err.h"
#include "hookrun/base/fs.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct err err;

		if (fs_read(argv[i], &text, 16 << 20, &err) <= 0) {
			fprintf(stderr, "cannot read '%s'\n", argv[i]);
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)text.buf, text.len);
	}
	return 0;
}
