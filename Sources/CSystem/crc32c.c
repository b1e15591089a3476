#include "CSystem.h"
#include <string.h>

#define POLYNOMIAL 0x82F63B78u

static uint32_t table[256];

// Three runs of so many bytes are taken at once, as the processor's instruction answers only after
// three cycles and can be asked in each. What follows the checksum of a run is then shifted behind
// it: `shift` says what each byte of a checksum becomes over `RUN` bytes of zero.
#define RUN 1024
static uint32_t shift[4][256];

// Both reflected: the highest bit is the coefficient of x^0.
static uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
    if (a & bit) product ^= b;
    b = (b >> 1) ^ (POLYNOMIAL & (0u - (b & 1)));
  }
  return product;
}

__attribute__((constructor)) static void make_tables(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = (c >> 1) ^ (POLYNOMIAL & (0u - (c & 1)));
    table[i] = c;
  }
  // x^(8 * RUN): x^1, squared thirteen times.
  uint32_t power = 0x40000000u;
  for (unsigned bits = 1; bits < 8 * RUN; bits *= 2) power = multiply(power, power);
  for (int place = 0; place < 4; place++) {
    for (uint32_t i = 1; i < 256; i++) {
      uint32_t lowest = i & (0u - i);
      shift[place][i] = i == lowest ? multiply(power, lowest << (8 * place))
                                    : shift[place][i ^ lowest] ^ shift[place][lowest];
    }
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
static uint32_t behind_run(uint32_t c) {
  return shift[0][c & 0xFF] ^ shift[1][c >> 8 & 0xFF] ^ shift[2][c >> 16 & 0xFF] ^ shift[3][c >> 24];
}

HARDWARE_TARGET static uint32_t crc_hardware(uint32_t crc, const unsigned char *p, size_t n) {
  uint64_t c = crc;
  while (n >= 3 * RUN) {
    uint64_t second = 0, third = 0;
    for (size_t i = 0; i < RUN; i += 8) {
      uint64_t words[3];
      memcpy(&words[0], p + i, 8);
      memcpy(&words[1], p + RUN + i, 8);
      memcpy(&words[2], p + 2 * RUN + i, 8);
      c = CRC_WORD(c, words[0]);
      second = CRC_WORD(second, words[1]);
      third = CRC_WORD(third, words[2]);
    }
    c = behind_run((uint32_t)c) ^ second;
    c = behind_run((uint32_t)c) ^ third;
    p += 3 * RUN;
    n -= 3 * RUN;
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
