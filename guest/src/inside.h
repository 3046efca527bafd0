// Paths inside a container's root, whose links the image chose: they cannot lead out of it.
#pragma once

#include "guest.h"

// Opens a path (O_PATH) as a container with this root sees it. Returns -1 with errno on failure.
int open_inside(const char *root, const char *path);
// Returns where such a directory is in the system, to be freed by the caller; NULL with errno on failure.
// With `create`, it is created first, like mkdir -p.
char *directory_inside(const char *root, const char *path, bool create);
