/*
 * zlib's CRC-32, which Rails applies to a database's name to get the number of
 * its migration lock.
 */
#ifndef HOOKRUN_DB_CRC32_H
#define HOOKRUN_DB_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32_of(const void *data, size_t len);

#endif
