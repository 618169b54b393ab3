/* What kind of source a text is. */
#ifndef HOOKRUN_FILES_MIME_SNIFF_H
#define HOOKRUN_FILES_MIME_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#define SNIFF_BYTES 8192 /* looked at, from the beginning of a file */

/* Text by the rule of the WHATWG's MIME sniffing: a byte order mark, or no
 * control character that no text has. */
bool sniff_is_text(const char *data, size_t len);

/* The type of a text whose first bytes these are: one of mime.h's, static;
 * "text/plain" where it is nothing else; NULL where only libmagic can tell. */
const char *sniff_source(const char *data, size_t len);

/* Whether sniff_source() is who knows this type. */
bool sniff_knows(const char *type);

#endif
