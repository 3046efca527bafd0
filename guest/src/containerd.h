// The few calls of containerd's API that starting and stopping services takes.
#pragma once

#include "http2.h"

struct containerd {
	struct http2 connection;
	char *name_space;
};

// Connects to containerd's socket; false with errno.
bool containerd_open(struct containerd *containerd, const char *socket, const char *name_space);
void containerd_close(struct containerd *containerd);

// Each returns false after saying what containerd answered.
bool containerd_list(struct containerd *containerd, struct strings *names);
bool containerd_create(struct containerd *containerd, const char *id, const struct buffer *specification);
bool containerd_delete(struct containerd *containerd, const char *id);
// Creates the task of a container with stdout and stderr at these paths; its process is then ready, not started.
bool containerd_create_task(struct containerd *containerd, const char *id, const char *out, const char *err, pid_t *pid);
bool containerd_start_task(struct containerd *containerd, const char *id);
// Kills the task of a container, waits for its end and deletes it; one that is not there is fine.
bool containerd_end_task(struct containerd *containerd, const char *id);
