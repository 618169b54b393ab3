/* Short lists of fixed words, written as one text: "merge|rebase|bisect". */
#ifndef HOOKRUN_BASE_WORDS_H
#define HOOKRUN_BASE_WORDS_H

#include <stdbool.h>

/* Whether `word` is one of them; NULL has none. */
bool words_have(const char *words, const char *word);

#endif
