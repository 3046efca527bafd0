// The calls of containerd's API that are needed to start and stop services.
#pragma once

#include "http2.h"

// Connects to containerd's socket. Returns false with errno on failure.
bool containerd_connect(struct http2 *connection, const char *socket);
void containerd_disconnect(struct http2 *connection);

// One of containerd's namespaces, reached through a connection; owns neither the connection nor the name.
struct containerd {
	struct http2 *connection;
	const char *namespace;
};

// Each call returns false after reporting why on failure.
bool containerd_list(const struct containerd *containerd, struct strings *names);
bool containerd_create(const struct containerd *containerd, const char *id, const struct buffer *specification);
bool containerd_delete(const struct containerd *containerd, const char *id);
// Creates the task of a container with its output going to these paths. The process exists, but does
// not run yet.
bool containerd_create_task(const struct containerd *containerd, const char *id, const char *out, const char *err,
			    pid_t *pid);
bool containerd_start_task(const struct containerd *containerd, const char *id);
// Kills the task of a container, waits for its end and deletes it. Succeeds if there is no task.
bool containerd_end_task(const struct containerd *containerd, const char *id);
