/*
 * The guard's journal is read back after a crash, and out of backups that may
 * be damaged: no text may do harm, and what is accepted is written back
 * as it was.
 */
#include "guard/guard_impl.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_STRBUF text = STRBUF_INIT, once = STRBUF_INIT, twice = STRBUF_INIT;
	struct guard_journal journal, again;
	struct err err = ERR_INIT;

	strbuf_add(&text, data, size);
	if (guard_journal_parse(text.buf, &journal, &err))
		return 0;
	guard_journal_write(&journal, &once);
	if (guard_journal_parse(once.buf, &again, &err))
		abort();
	guard_journal_write(&again, &twice);
	if (strcmp(once.buf, twice.buf) != 0)
		abort();
	guard_journal_release(&again);
	guard_journal_release(&journal);
	return 0;
}
