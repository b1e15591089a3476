#include "CSystem.h"
#include <nmmintrin.h>
#include <string.h>

static uint32_t table[256];

__attribute__((constructor)) static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = (c >> 1) ^ (0x82F63B78u & (0u - (c & 1)));
    table[i] = c;
  }
}

static uint32_t crc_bytewise(uint32_t crc, const unsigned char *p, size_t n) {
  while (n--) crc = (crc >> 8) ^ table[(crc ^ *p++) & 0xFF];
  return crc;
}

__attribute__((target("sse4.2"))) static uint32_t crc_sse42(uint32_t crc, const unsigned char *p,
                                                            size_t n) {
  uint64_t c = crc;
  while (n >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    c = _mm_crc32_u64(c, word);
    p += 8;
    n -= 8;
  }
  while (n--) c = _mm_crc32_u8((uint32_t)c, *p++);
  return (uint32_t)c;
}

uint32_t spate_crc32c(uint32_t crc, const void *bytes, size_t count) {
  crc = ~crc;
  crc = __builtin_cpu_supports("sse4.2") ? crc_sse42(crc, bytes, count)
                                         : crc_bytewise(crc, bytes, count);
  return ~crc;
}
