// The files of Patterns/formats, compiled in; a test checks that none is missing.
static const unsigned char formats_access_logs[] = {
#embed "access-logs.format"
};
static const unsigned char formats_build[] = {
#embed "build.format"
};
static const unsigned char formats_databases[] = {
#embed "databases.format"
};
static const unsigned char formats_desktop[] = {
#embed "desktop.format"
};
static const unsigned char formats_devices[] = {
#embed "devices.format"
};
static const unsigned char formats_hosts[] = {
#embed "hosts.format"
};
static const unsigned char formats_java[] = {
#embed "java.format"
};
static const unsigned char formats_kubernetes[] = {
#embed "kubernetes.format"
};
static const unsigned char formats_python[] = {
#embed "python.format"
};
static const unsigned char formats_ruby_php[] = {
#embed "ruby-php.format"
};
static const unsigned char formats_syslog[] = {
#embed "syslog.format"
};
static const unsigned char formats_web_servers[] = {
#embed "web-servers.format"
};

#define SPATE_FORMAT_FILES \
  {"formats/access-logs.format", formats_access_logs, sizeof formats_access_logs}, \
  {"formats/build.format", formats_build, sizeof formats_build}, \
  {"formats/databases.format", formats_databases, sizeof formats_databases}, \
  {"formats/desktop.format", formats_desktop, sizeof formats_desktop}, \
  {"formats/devices.format", formats_devices, sizeof formats_devices}, \
  {"formats/hosts.format", formats_hosts, sizeof formats_hosts}, \
  {"formats/java.format", formats_java, sizeof formats_java}, \
  {"formats/kubernetes.format", formats_kubernetes, sizeof formats_kubernetes}, \
  {"formats/python.format", formats_python, sizeof formats_python}, \
  {"formats/ruby-php.format", formats_ruby_php, sizeof formats_ruby_php}, \
  {"formats/syslog.format", formats_syslog, sizeof formats_syslog}, \
  {"formats/web-servers.format", formats_web_servers, sizeof formats_web_servers}, \

