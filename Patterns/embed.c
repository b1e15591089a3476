#include "CPatternFiles.h"

// One block and one line of the table for each file, in the order of the paths; a test compares
// them with the folder.

static const unsigned char events_auth[] = {
#embed "events/auth.events"
};

static const unsigned char events_containers[] = {
#embed "events/containers.events"
};

static const unsigned char events_databases[] = {
#embed "events/databases.events"
};

static const unsigned char events_linux[] = {
#embed "events/linux.events"
};

static const unsigned char events_network[] = {
#embed "events/network.events"
};

static const unsigned char events_queues[] = {
#embed "events/queues.events"
};

static const unsigned char events_runtimes[] = {
#embed "events/runtimes.events"
};

static const unsigned char events_web[] = {
#embed "events/web.events"
};

static const unsigned char grok_core[] = {
#embed "grok/core.grok"
};

static const unsigned char grok_databases[] = {
#embed "grok/databases.grok"
};

static const unsigned char grok_java[] = {
#embed "grok/java.grok"
};

static const unsigned char grok_network[] = {
#embed "grok/network.grok"
};

static const unsigned char grok_ruby[] = {
#embed "grok/ruby.grok"
};

static const unsigned char grok_syslog[] = {
#embed "grok/syslog.grok"
};

static const unsigned char grok_time[] = {
#embed "grok/time.grok"
};

static const unsigned char grok_web[] = {
#embed "grok/web.grok"
};

static const struct spate_pattern_file files[] = {
  {"events/auth.events", events_auth, sizeof events_auth},
  {"events/containers.events", events_containers, sizeof events_containers},
  {"events/databases.events", events_databases, sizeof events_databases},
  {"events/linux.events", events_linux, sizeof events_linux},
  {"events/network.events", events_network, sizeof events_network},
  {"events/queues.events", events_queues, sizeof events_queues},
  {"events/runtimes.events", events_runtimes, sizeof events_runtimes},
  {"events/web.events", events_web, sizeof events_web},
  {"grok/core.grok", grok_core, sizeof grok_core},
  {"grok/databases.grok", grok_databases, sizeof grok_databases},
  {"grok/java.grok", grok_java, sizeof grok_java},
  {"grok/network.grok", grok_network, sizeof grok_network},
  {"grok/ruby.grok", grok_ruby, sizeof grok_ruby},
  {"grok/syslog.grok", grok_syslog, sizeof grok_syslog},
  {"grok/time.grok", grok_time, sizeof grok_time},
  {"grok/web.grok", grok_web, sizeof grok_web},
};

size_t spate_pattern_file_count(void) { return sizeof files / sizeof *files; }
const struct spate_pattern_file *spate_pattern_file_at(size_t index) { return &files[index]; }
