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
// `runtime` is the name of the container's shim.
bool containerd_create(const struct containerd *containerd, const char *id, const char *runtime,
		       const struct buffer *specification);
bool containerd_delete(const struct containerd *containerd, const char *id);
// Creates the task of a container with its output going to these paths. The process exists, but does
// not run yet.
bool containerd_create_task(const struct containerd *containerd, const char *id, const char *out, const char *err,
			    pid_t *pid);
bool containerd_start_task(const struct containerd *containerd, const char *id);
// Kills the task of a container, waits for its end and deletes it. Succeeds if there is no task.
bool containerd_end_task(const struct containerd *containerd, const char *id);
// Waits for a task that has ended or is about to, and deletes it. The exit status is 128 plus the
// signal's number after a signal; -1 if there is no such task.
bool containerd_collect_task(const struct containerd *containerd, const char *id, int *exit_status);
// Finds the process of a container's task; 0 if there is none.
bool containerd_task_pid(const struct containerd *containerd, const char *id, pid_t *pid);
bool containerd_has(const struct containerd *containerd, const char *id, bool *has);
// Runs another process in a container and waits for its end. `process` is a name for it, which no other
// has at that time.
bool containerd_run(const struct containerd *containerd, const char *id, const char *process,
		    const struct buffer *specification, int *exit_status);
