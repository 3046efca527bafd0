// Restricts containers in whatever their config.json does not say.
#pragma once

#include "guest.h"

// Changes a specification; messages name the bundle. Returns whether there was something to change.
bool restrict_container(struct buffer *specification, const char *bundle);

// Does so for the config.json of a bundle, which may be on a read-only file system: mounts a changed
// copy over it if needed. Returns false after reporting why on failure.
bool restrict_bundle(const char *path);
// Removes that mount.
void restrict_end(const char *path);
