// The number of processes that a confined container may have, so that it cannot use up those of the system.
#pragma once

#include "guest.h"

// Returns the number of processes and threads that one container may have; 0 if the kernel cannot limit it.
unsigned long process_limit(void);
// Limits the processes of a specification without such a limit, unless the container has CAP_SYS_ADMIN and so
// may be running containers of its own. Returns whether it changed the specification.
bool limit_processes(struct buffer *specification, unsigned long limit);
