#pragma once
#include <stddef.h>
#include <stdint.h>

/// Writes to `ends` the position behind each newline of `bytes[from..<to]`, at most `capacity`.
///
/// Stops where `ends` is full. Returns how many were written; `*scanned` is where it stopped.
size_t spate_line_ends(const uint8_t *bytes, size_t from, size_t to, uint32_t *ends,
                       size_t capacity, size_t *scanned);
