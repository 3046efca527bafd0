// What /usr/bin/service does under its names and commands.
#pragma once

#include "logs.h"

// Runs the containers below a folder one after the other. `kind` is the word in messages and log names; a container
// that runs for longer than `seconds`, where they are not 0, is killed.
int run_once(const char *kind, const char *root, int seconds);

// Mounts the volumes below /containers/volumes.
int mount_volumes(void);

struct service_options {
	const char *socket, *root, *containerd, *name_space, *dump; // dump: NULL or a file for the specification
};

// Starts containerd and then every service.
int start_system(const struct service_options *options);

struct http2;
// Starts one service through a connection to containerd; false after saying why.
bool start_service(struct http2 *connection, const struct service_options *options, const char *name);
// Ends a service and takes away its container and mounts; false after saying why.
bool stop_service(struct http2 *connection, const struct service_options *options, const char *name);
