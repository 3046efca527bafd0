// A container's folder: what its runtime.json asks of the system around it.
#pragma once

#include "json.h"

#include <sys/types.h>

struct bundle {
	char *path;
	struct json *runtime; // runtime.json, NULL when there is none
};

// Reads runtime.json; a file that cannot be read or understood ends the program.
void bundle_open(struct bundle *bundle, const char *path);
void bundle_close(struct bundle *bundle);

// Mounts, directories and control groups; false, after saying why, when the container cannot be created.
bool bundle_before_create(const struct bundle *bundle);
// Network interfaces and named namespaces of the created container's process.
bool bundle_after_create(const struct bundle *bundle, pid_t pid);
// Takes away the mounts that lie inside the bundle.
void bundle_unmount(const struct bundle *bundle);
