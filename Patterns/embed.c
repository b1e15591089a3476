#include "CPatternFiles.h"

#include "events/embedded.h"
#include "formats/embedded.h"
#include "grok/embedded.h"

static const struct spate_pattern_file files[] = {
  SPATE_EVENT_FILES SPATE_FORMAT_FILES SPATE_GROK_FILES
};

size_t spate_pattern_file_count(void) { return sizeof files / sizeof files[0]; }

const struct spate_pattern_file *spate_pattern_file_at(size_t index) {
  return index < spate_pattern_file_count() ? &files[index] : NULL;
}
