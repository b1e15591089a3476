#include "CPatternFiles.h"

size_t spate_pattern_file_count(void) { return 0; }
const struct spate_pattern_file *spate_pattern_file_at(size_t index) { return NULL; }
