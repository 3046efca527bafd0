// Finds out whether a service is ready.
#pragma once

#include "policy.h"

// Returns whether the conditions that can be seen from outside hold for a container with this process:
// all but the command.
bool ready_outside(const struct readiness *ready, pid_t pid);

// Returns whether a table in the form of /proc/net/tcp has a listener on a port.
bool listens_in(const char *table, unsigned port);
