// A container's directory, and the changes to the system that its runtime.json requests.
#pragma once

#include "json.h"

#include <sys/types.h>

struct bundle {
	char *path;
	struct json *runtime; // runtime.json; NULL if the file is missing
};

// Reads runtime.json. Returns false after reporting why if the file exists but is unreadable or
// invalid; the bundle must be closed in any case.
bool bundle_read(struct bundle *bundle, const char *path);
// Like bundle_read, but ends the program.
void bundle_open(struct bundle *bundle, const char *path);
void bundle_close(struct bundle *bundle);
// Returns a whole number of runtime.json that is not negative, else `otherwise`.
int bundle_number(const struct bundle *bundle, const char *key, int otherwise);

// Makes the mounts, directories and control groups. Returns false after reporting why on failure.
bool bundle_before_create(const struct bundle *bundle);
// Returns whether bundle_after_create has anything to do.
bool bundle_needs_process(const struct bundle *bundle);
// Sets up the network interfaces and named namespaces of the created container's process. Returns
// false after reporting why on failure.
bool bundle_after_create(const struct bundle *bundle, pid_t pid);
// Removes the names that bundle_after_create gave to namespaces.
void bundle_release_namespaces(const struct bundle *bundle);
// Removes the mounts inside the bundle.
void bundle_unmount(const struct bundle *bundle);
