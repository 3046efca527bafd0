// The output of a container that runs once: into its logs, and line by line onto the console.
#pragma once

#include "logs.h"

#include <sys/types.h>

struct relay {
	pid_t pid;    // of the process that copies; 0: none
	int out, err; // for the container to write to
};

// Opens the logs of the container `name`, called `kind.name.out` and `kind.name`, and starts to copy
// into them. Returns false after reporting why on failure.
bool relay_start(struct relay *relay, const struct logs *logs, const char *kind, const char *name);
// Closes our ends and waits until the output has been copied. With `background`, the container goes on to
// write, and there is nothing to wait for.
void relay_finish(struct relay *relay, bool background);

// Copies two streams to two logs (-1: none) and to the console until both end.
void relay_copy(const int from[2], const int logs[2], const char *name, int console);
