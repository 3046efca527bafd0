// The root file system of a container whose mounts containerd leaves to the shim.
#pragma once

#include "guest.h"

// Makes the mounts in the field of a request on a folder. Returns false with errno on failure.
bool shim_root_mount(const struct buffer *request, unsigned field, const char *target);
// Removes all mounts on the folder.
void shim_root_unmount(const char *target);
