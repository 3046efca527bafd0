// Confines containers whose config.json says nothing about it, as LinuxKit's builder writes it.
#pragma once

#include "guest.h"
#include "json.h"

// Returns whether a specification has a capability in the sets that a process can use.
bool has_capability(const struct json *specification, const char *name);
// Returns whether a container is to be confined: without CAP_SYS_ADMIN it could not undo it.
bool is_confined(const struct json *specification);
// Adds the usual masked and read-only paths to a specification that has neither list, if it is to be
// confined. Every other byte is kept. Returns whether it added them.
bool confine(struct buffer *specification);
// Makes a /sys that is to be read-only so by its mount. As a path, it would be mounted over itself, and crun
// would leave what is mounted in it, such as control groups, writable. Returns whether it changed anything.
bool mount_sys_readonly(struct buffer *specification);
