// The process that starts the supervisor again if that ends before the system does.
#pragma once

#include "kept.h"
#include "service.h"

// Runs the supervisor in a child. Closes `ready` once requests to it are taken.
_Noreturn void keep_supervisor(const struct service_options *options, int ready);
// Waits for the end of a supervisor, and returns its exit status. Kills it if its loop does not come round for
// several checks; they are that many seconds apart, and 0 is for none.
int keeper_wait(pid_t pid, const struct kept *kept, int seconds);
