#include "CSystem.h"
#include <string.h>

// Bit 31 of a polynomial is its lowest term, so multiplying by x shifts to the right.
#define TIMES_X(c) (((c) >> 1) ^ (0x82F63B78u & (0u - ((c) & 1))))

// Bytes that each of three checksums takes in before they are made one.
#define LANE_BYTES 1024

static uint32_t table[256];
// What LANE_BYTES zeros make of a checksum, by its four bytes.
static uint32_t lane_shift[4][256];

static uint32_t product(uint32_t a, uint32_t b) {
  uint32_t sum = 0;
  for (; a != 0; a <<= 1, b = TIMES_X(b))
    if (a & 0x80000000u) sum ^= b;
  return sum;
}

__attribute__((constructor)) static void make_tables(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = TIMES_X(c);
    table[i] = c;
  }
  // x to the power of the bits of a lane, a power of two: x squared again and again.
  uint32_t power = 0x40000000u;
  for (uint32_t bits = 1; bits < 8 * LANE_BYTES; bits *= 2) power = product(power, power);
  for (int byte = 3; byte >= 0; byte--)
    for (uint32_t bit = 0x80; bit != 0; bit >>= 1, power = TIMES_X(power))
      for (uint32_t i = 0; i < 256; i++)
        if (i & bit) lane_shift[byte][i] ^= power;
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
static uint32_t after_lane(uint32_t c) {
  return lane_shift[0][c & 0xFF] ^ lane_shift[1][c >> 8 & 0xFF] ^
         lane_shift[2][c >> 16 & 0xFF] ^ lane_shift[3][c >> 24];
}

HARDWARE_TARGET static uint32_t crc_hardware(uint32_t crc, const unsigned char *p, size_t n) {
  uint64_t c = crc;
  // The instruction takes three cycles and one can begin in each: three lanes at once.
  while (n >= 3 * LANE_BYTES) {
    uint64_t second = 0, third = 0;
    for (size_t i = 0; i < LANE_BYTES; i += 8) {
      uint64_t words[3];
      memcpy(&words[0], p + i, 8);
      memcpy(&words[1], p + LANE_BYTES + i, 8);
      memcpy(&words[2], p + 2 * LANE_BYTES + i, 8);
      c = CRC_WORD(c, words[0]);
      second = CRC_WORD(second, words[1]);
      third = CRC_WORD(third, words[2]);
    }
    c = after_lane(after_lane((uint32_t)c) ^ (uint32_t)second) ^ (uint32_t)third;
    p += 3 * LANE_BYTES;
    n -= 3 * LANE_BYTES;
  }
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
