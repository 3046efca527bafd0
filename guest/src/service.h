// The functions of /usr/bin/service.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct strings;

// Runs the containers in a folder one after the other, and kills each that runs for longer than
// `seconds`, unless that is 0. `kind` is used in messages and log names. Returns the exit status.
int run_once(const char *kind, const char *root, int seconds);

// Mounts the volumes in /containers/volumes. Returns the exit status.
int mount_volumes(void);

struct service_options {
	const char *socket, *root, *containerd, *namespace, *dump; // dump: a file for the specification, or NULL
};

// A service's first process.
struct process {
	pid_t pid;
	char group[512]; // its control group; empty if it is not known
};

struct http2;
// Each of these works through a connection to containerd, and returns false after reporting why on
// failure. If the connection is broken then, something may be left behind.

// Starts a service that has no container, and finds its process.
bool start_service(struct http2 *connection, const struct service_options *options, const char *name,
		   struct process *process);
// Starts a service in the container that it had, whose files it keeps. `*gone`: it has none any more.
bool restart_service(struct http2 *connection, const struct service_options *options, const char *name,
		     struct process *process, bool *gone);
// Deletes the task of a service that has ended, and with `remove` its container and mounts. The exit
// status is -1 if it is not known.
bool collect_service(struct http2 *connection, const struct service_options *options, const char *name, bool remove,
		     int *exit_status);
// Removes what a start that broke off has left.
void clear_service(struct http2 *connection, const struct service_options *options, const char *name);
// Asks a service to end, kills it after its stopTimeout, and removes its container and mounts.
bool stop_service(struct http2 *connection, const struct service_options *options, const char *name);
// Runs a command in a service's container.
bool run_in_service(struct http2 *connection, const struct service_options *options, const char *name,
		    const struct strings *command, int *exit_status);

// Starts the supervisor, which starts containerd, before the boot has come to the services, as containerd
// takes a second or more to start. Does nothing if the system has no services.
void start_system_early(const struct service_options *options);
// Has the supervisor start every service, starts the supervisor itself if there is none, and waits until
// they are ready or have failed. Returns the exit status.
int start_system(const struct service_options *options);
