#include "CSystem.h"

#if defined(__SSE2__)
#include <emmintrin.h>

// 64 bytes a step: four compares make one mask, and only its set bits are walked.
static inline uint64_t newline_mask(const uint8_t *bytes) {
  const __m128i newline = _mm_set1_epi8('\n');
  uint64_t mask = 0;
  for (int part = 0; part < 4; part++) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    mask |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, newline)) << (16 * part);
  }
  return mask;
}
#endif

size_t spate_line_ends(const uint8_t *bytes, size_t from, size_t to, uint32_t *ends,
                       size_t capacity, size_t *scanned) {
  size_t count = 0, at = from;
#if defined(__SSE2__)
  while (to - at >= 64 && capacity - count >= 64) {
    uint64_t mask = newline_mask(bytes + at);
    while (mask != 0) {
      ends[count++] = (uint32_t)(at + (size_t)__builtin_ctzll(mask) + 1);
      mask &= mask - 1;
    }
    at += 64;
  }
#endif
  for (; at < to && count < capacity; at++)
    if (bytes[at] == '\n') ends[count++] = (uint32_t)(at + 1);
  *scanned = at;
  return count;
}
