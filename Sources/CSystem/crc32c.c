#include "CSystem.h"
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

// The instruction exists on every processor of the last decade, yet not in the baseline that
// the compiler targets: it is compiled for one function alone and asked for at run time.
#if defined(__x86_64__)

#include <nmmintrin.h>

#define HARDWARE_TARGET __attribute__((target("sse4.2")))
#define CRC_WORD(crc, word) _mm_crc32_u64(crc, word)
#define CRC_BYTE(crc, byte) _mm_crc32_u8((uint32_t)(crc), byte)

static int has_hardware(void) { return __builtin_cpu_supports("sse4.2"); }

#elif defined(__aarch64__)

#include <arm_acle.h>
#include <sys/auxv.h>

#define HARDWARE_TARGET __attribute__((target("crc")))
#define CRC_WORD(crc, word) __crc32cd((uint32_t)(crc), word)
#define CRC_BYTE(crc, byte) __crc32cb((uint32_t)(crc), byte)

static int has_hardware(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }

#endif

#ifdef HARDWARE_TARGET
HARDWARE_TARGET static uint32_t crc_hardware(uint32_t crc, const unsigned char *p, size_t n) {
  uint64_t c = crc;
  while (n >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    c = CRC_WORD(c, word);
    p += 8;
    n -= 8;
  }
  while (n--) c = CRC_BYTE(c, *p++);
  return (uint32_t)c;
}
#endif

uint32_t spate_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  return ~crc_bytewise(~crc, bytes, count);
}

uint32_t spate_crc32c(uint32_t crc, const void *bytes, size_t count) {
#ifdef HARDWARE_TARGET
  if (has_hardware()) return ~crc_hardware(~crc, bytes, count);
#endif
  return spate_crc32c_portable(crc, bytes, count);
}
