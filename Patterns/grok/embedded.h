// The files of Patterns/grok, compiled in; a test checks that none is missing.
static const unsigned char grok_core[] = {
#embed "core.grok"
};
static const unsigned char grok_databases[] = {
#embed "databases.grok"
};
static const unsigned char grok_java[] = {
#embed "java.grok"
};
static const unsigned char grok_network[] = {
#embed "network.grok"
};
static const unsigned char grok_ruby[] = {
#embed "ruby.grok"
};
static const unsigned char grok_syslog[] = {
#embed "syslog.grok"
};
static const unsigned char grok_time[] = {
#embed "time.grok"
};
static const unsigned char grok_web[] = {
#embed "web.grok"
};

#define SPATE_GROK_FILES \
  {"grok/core.grok", grok_core, sizeof grok_core}, \
  {"grok/databases.grok", grok_databases, sizeof grok_databases}, \
  {"grok/java.grok", grok_java, sizeof grok_java}, \
  {"grok/network.grok", grok_network, sizeof grok_network}, \
  {"grok/ruby.grok", grok_ruby, sizeof grok_ruby}, \
  {"grok/syslog.grok", grok_syslog, sizeof grok_syslog}, \
  {"grok/time.grok", grok_time, sizeof grok_time}, \
  {"grok/web.grok", grok_web, sizeof grok_web}, \

