#include "CPatternFiles.h"

#include "formats/embedded.h"

static const unsigned char events_linux[] = {
#embed "events/linux.events"
};
static const unsigned char grok_core[] = {
#embed "grok/core.grok"
};

static const struct spate_pattern_file files[] = {
  {"events/linux.events", events_linux, sizeof events_linux},
  SPATE_FORMAT_FILES
  {"grok/core.grok", grok_core, sizeof grok_core},
};

size_t spate_pattern_file_count(void) { return sizeof files / sizeof files[0]; }

const struct spate_pattern_file *spate_pattern_file_at(size_t index) {
  return index < spate_pattern_file_count() ? &files[index] : NULL;
}
