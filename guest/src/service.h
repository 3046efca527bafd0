// The functions of /usr/bin/service.
#pragma once

#include "logs.h"

// Runs the containers in a folder one after the other, and kills each that runs for longer than
// `seconds`, unless that is 0. `kind` is used in messages and log names. Returns the exit status.
int run_once(const char *kind, const char *root, int seconds);

// Mounts the volumes in /containers/volumes. Returns the exit status.
int mount_volumes(void);

struct service_options {
	const char *socket, *root, *containerd, *namespace, *dump; // dump: a file for the specification, or NULL
};

// Starts containerd and then every service. Returns the exit status.
int start_system(const struct service_options *options);

struct http2;
// Starts one service through a connection to containerd. Returns false after reporting why on failure.
bool start_service(struct http2 *connection, const struct service_options *options, const char *name);
// Stops a service and removes its container and mounts. Returns false after reporting why on failure.
bool stop_service(struct http2 *connection, const struct service_options *options, const char *name);
