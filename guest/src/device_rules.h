// The devices of a container, for runtimes that differ in what they do if config.json does not say it.
#pragma once

#include "guest.h"

// Denies every device to a specification without any rule for devices, as runc does by itself; crun
// permits all. Returns whether it changed the specification.
bool deny_devices(struct buffer *specification);
// Removes devices that the machine lacks from a container with its own user ids, which gets those of the
// machine, and says so with the path of its bundle. Without its own ids, a container gets a new node that
// leads to no device. Returns whether it changed the specification.
bool drop_missing_devices(struct buffer *specification, const char *bundle);
