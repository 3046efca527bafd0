// Confines containers whose config.json says nothing about it, as LinuxKit's builder writes it.
#pragma once

#include "guest.h"

// Adds the usual masked and read-only paths to a specification that has neither list, unless the
// container has CAP_SYS_ADMIN. Every other byte is kept. Returns whether it added them.
bool confine(struct buffer *specification);

// Does so for the config.json of a bundle, which may be on a read-only file system: mounts a changed
// copy over it if needed. Returns false after reporting why on failure.
bool confine_bundle(const char *path);
// Removes that mount.
void confine_end(const char *path);
