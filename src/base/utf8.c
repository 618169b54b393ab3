/*
 * One decoder for all who must know whether bytes are text: the readers of
 * configurations refuse what is not, the writer of JSON replaces it.
 */
#include "hookrun/base/utf8.h"

#include <stdint.h>

static const struct form {
	unsigned char mask, lead;
	size_t len;
	uint32_t least; /* shorter forms hold what is below */
} forms[] = {
	{ 0x80, 0x00, 1, 0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};

size_t utf8_decode(const char *s, size_t left, uint32_t *ret_code)
{
	const unsigned char *u = (const unsigned char *)s;

	for (size_t i = 0; left && i < 4; i++) {
		const struct form *form = &forms[i];
		uint32_t code = u[0] & (unsigned char)~form->mask;

		if ((u[0] & form->mask) != form->lead)
			continue;
		if (left < form->len)
			return 0;
		for (size_t k = 1; k < form->len; k++) {
			if ((u[k] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (u[k] & 0x3f);
		}
		if (code < form->least || code > 0x10ffff ||
			(code >= 0xd800 && code < 0xe000))
			return 0;
		if (ret_code)
			*ret_code = code;
		return form->len;
	}
	return 0;
}

void utf8_add(struct strbuf *out, uint32_t code)
{
	if (code < 0x80) {
		strbuf_addch(out, (char)code);
		return;
	}
	if (code < 0x800) {
		strbuf_addch(out, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			strbuf_addch(out, (char)(0xe0 | code >> 12));
		} else {
			strbuf_addch(out, (char)(0xf0 | code >> 18));
			strbuf_addch(out, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		strbuf_addch(out, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	strbuf_addch(out, (char)(0x80 | (code & 0x3f)));
}
