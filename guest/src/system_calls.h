// The system calls that containers may make: a filter for a specification without any.
#pragma once

#include "guest.h"

// Adds the builder's default filter to a container without CAP_SYS_ADMIN, unless linux.seccomp is there: whoever
// wrote it, even as null, has decided. Returns whether it was added.
bool filter_system_calls(struct buffer *specification);
// Returns whether the kernel has such filters.
bool kernel_filters_system_calls(void);
