// A container's directory, and the changes to the system that its runtime.json requests.
#pragma once

#include "json.h"

#include <sys/types.h>

struct bundle {
	char *path;
	struct json *runtime; // runtime.json; NULL if the file is missing
};

// Reads runtime.json. Ends the program if the file exists but is unreadable or invalid.
void bundle_open(struct bundle *bundle, const char *path);
void bundle_close(struct bundle *bundle);

// Makes the mounts, directories and control groups. Returns false after reporting why on failure.
bool bundle_before_create(const struct bundle *bundle);
// Returns whether bundle_after_create has anything to do.
bool bundle_needs_process(const struct bundle *bundle);
// Sets up the network interfaces and named namespaces of the created container's process. Returns
// false after reporting why on failure.
bool bundle_after_create(const struct bundle *bundle, pid_t pid);
// Removes the mounts inside the bundle.
void bundle_unmount(const struct bundle *bundle);
