#pragma once
#include <stddef.h>
#include <stdint.h>

#include "files.h"
#include "lines.h"

/// CRC32C (Castagnoli) of `count` bytes, continuing from `crc` (0 to begin).
uint32_t spate_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without the processor's instruction; for tests, and for processors without it.
uint32_t spate_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#include "locks.h"
