// The events that a shim sends to containerd. They wait while containerd is being restarted.
#pragma once

#include "guest.h"

struct shim_event;

struct shim_events {
	const char *address, *namespace; // of containerd's socket for ttrpc
	int fd;                          // of the connection, or -1
	struct shim_event *queue;        // the first one is on its way if there is a connection
	size_t count;
	struct buffer input;
	int64_t due; // of the next try to connect
	int wait;    // after the last one that failed, in milliseconds
};

// Sends an event: `kind` is the message's type, as in containerd.events.TaskExit. Frees the message.
void shim_publish(struct shim_events *events, const char *topic, const char *kind, struct buffer *message);
// Connects if it is time to.
void shim_events_tick(struct shim_events *events);
// Reads the answer, and sends the next event.
void shim_events_read(struct shim_events *events);
// Returns the milliseconds until the next tick, -1 if none is needed.
int shim_events_timeout(const struct shim_events *events);
// Forgets the events that were not sent.
void shim_events_free(struct shim_events *events);
