// The few calls of containerd's API that starting and stopping services takes.
#pragma once

#include "http2.h"

// Connects to containerd's socket; false with errno.
bool containerd_connect(struct http2 *connection, const char *socket);
void containerd_disconnect(struct http2 *connection);

// One of containerd's namespaces, reached through a connection; owns neither the connection nor the name.
struct containerd {
	struct http2 *connection;
	const char *name_space;
};

// Each call returns false after printing containerd's answer.
bool containerd_list(const struct containerd *containerd, struct strings *names);
bool containerd_create(const struct containerd *containerd, const char *id, const struct buffer *specification);
bool containerd_delete(const struct containerd *containerd, const char *id);
// Creates the task of a container with stdout and stderr at these paths; its process is then ready, not started.
bool containerd_create_task(const struct containerd *containerd, const char *id, const char *out, const char *err, pid_t *pid);
bool containerd_start_task(const struct containerd *containerd, const char *id);
// Kills the task of a container, waits for its end and deletes it; one that is not there is fine.
bool containerd_end_task(const struct containerd *containerd, const char *id);
