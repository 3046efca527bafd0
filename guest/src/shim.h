// The shim: a daemon beside each container that is its parent for containerd, which may be restarted
// meanwhile. It answers containerd's task service, version 2.
#pragma once

#include "shim_events.h"
#include "shim_streams.h"
#include "ttrpc.h"

#include <time.h>

// As containerd numbers them.
enum shim_status { SHIM_CREATED = 1, SHIM_RUNNING = 2, SHIM_STOPPED = 3, SHIM_PAUSED = 4 };

// A call that is answered when a process ends.
struct shim_wait {
	int fd; // of the connection
	uint32_t stream;
	struct shim_wait *next;
};

struct shim_process {
	char *id; // "" of the container's first process
	pid_t pid; // 0: not started yet
	enum shim_status status;
	int exit_status;
	struct timespec exited;
	char *paths[3]; // of the standard streams
	bool terminal;
	struct shim_streams streams;
	struct buffer specification; // of another process than the first one
	struct shim_wait *waits;
	struct shim_process *next;
};

struct shim {
	const char *namespace, *id;
	char *bundle, *root; // root: where the runtime keeps its state
	struct shim_process *processes; // the first one is the container's; NULL: it is not created
	bool shares_processes; // its process namespace is not its own
	bool has_hooks;
	char *group;           // its control group, or NULL
	int memory;            // the events of that group, or -1
	unsigned long memory_kills;
	struct shim_events events;
	bool ended; // nothing is left to do
};

// Makes a process whose streams are named in three fields of a request, from this one on.
struct shim_process *shim_process_new(const char *id, const struct buffer *request, unsigned field);
void shim_process_free(struct shim_process *process);
// Returns the container's first process for "", else another one; NULL if there is none.
struct shim_process *shim_find(const struct shim *shim, const char *id);

// Returns the path of a file of the container's control group, to be freed by the caller; NULL without a group.
char *shim_group_file(const struct shim *shim, const char *name);

// Answers one call from a connection, at once or later.
void shim_call(struct shim *shim, int fd, const struct ttrpc_request *request);
// Takes notice of the end of a child.
void shim_child_ended(struct shim *shim, pid_t pid, int status);
// Takes notice of an event in the control group.
void shim_memory_event(struct shim *shim);
// Takes notice of the last event, and forgets the control group's: once the group is removed, there seem to be
// new ones all the time.
void shim_memory_close(struct shim *shim);
// Forgets the calls of a connection that is closed.
void shim_forget(struct shim *shim, int fd);

// Sends an answer.
void shim_answer(int fd, uint32_t stream, enum ttrpc_status status, const char *reason, const struct buffer *payload);

// Serves until the container and its connection are gone.
_Noreturn void shim_serve(struct shim *shim, int listener);
