#pragma once
#include <stddef.h>
#include <stdint.h>

#include "files.h"
#include "lines.h"

/// CRC32C (Castagnoli) of `count` bytes, continuing from `crc` (0 to begin).
uint32_t spate_crc32c(uint32_t crc, const void *bytes, size_t count);
