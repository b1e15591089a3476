#pragma once
#include <stddef.h>

/// One file of Patterns/, compiled in.
struct spate_pattern_file {
  const char *path;  ///< Below Patterns/, such as "formats/nginx-access.format".
  const unsigned char *bytes;
  size_t count;
};

/// How many files there are, and the one at `index`, in the order of their paths.
size_t spate_pattern_file_count(void);
const struct spate_pattern_file *spate_pattern_file_at(size_t index);
