// The files of Patterns/formats, compiled in; a test checks that none is missing.
static const unsigned char formats_access_logs[] = {
#embed "access-logs.format"
};
static const unsigned char formats_syslog[] = {
#embed "syslog.format"
};

#define SPATE_FORMAT_FILES \
  {"formats/access-logs.format", formats_access_logs, sizeof formats_access_logs}, \
  {"formats/syslog.format", formats_syslog, sizeof formats_syslog}, \

