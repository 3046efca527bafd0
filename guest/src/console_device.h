// The machine's console, which crun lets every container use that can reach the device.
#pragma once

#include "guest.h"

#define CONSOLE_MAJOR 5
#define CONSOLE_MINOR 1

// Adds a hook to the specification of a container that can reach the console's device but has no rule that
// permits it: the runtime then calls us under the name deny-console. Returns whether it added it.
bool deny_console(struct buffer *specification);
// Returns whether the container runtime is crun.
bool runtime_is_crun(void);
