/*
 * CRC-32 bit by bit.  A database's name is some twenty bytes long and is hashed
 * once, so a table of 256 words would cost more than it saves, and linking zlib
 * for it more still.
 */
#include "db/crc32.h"

#define POLYNOMIAL 0xedb88320u /* 0x04c11db7 with its bits reversed */

uint32_t crc32_of(const void *data, size_t len)
{
	const unsigned char *bytes = data;
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc;
}
