// The files of Patterns/events, compiled in; a test checks that none is missing.
static const unsigned char events_auth[] = {
#embed "auth.events"
};
static const unsigned char events_containers[] = {
#embed "containers.events"
};
static const unsigned char events_databases[] = {
#embed "databases.events"
};
static const unsigned char events_linux[] = {
#embed "linux.events"
};
static const unsigned char events_network[] = {
#embed "network.events"
};
static const unsigned char events_queues[] = {
#embed "queues.events"
};
static const unsigned char events_runtimes[] = {
#embed "runtimes.events"
};
static const unsigned char events_web[] = {
#embed "web.events"
};

#define SPATE_EVENT_FILES \
  {"events/auth.events", events_auth, sizeof events_auth}, \
  {"events/containers.events", events_containers, sizeof events_containers}, \
  {"events/databases.events", events_databases, sizeof events_databases}, \
  {"events/linux.events", events_linux, sizeof events_linux}, \
  {"events/network.events", events_network, sizeof events_network}, \
  {"events/queues.events", events_queues, sizeof events_queues}, \
  {"events/runtimes.events", events_runtimes, sizeof events_runtimes}, \
  {"events/web.events", events_web, sizeof events_web}, \

