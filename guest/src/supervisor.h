// The process that watches containerd and the services for as long as the system runs.
#pragma once

#include "service.h"

// Runs the supervisor. Starts only containerd until a request says that the boot has come to the services.
// Closes `ready` once it takes requests.
_Noreturn void supervise(const struct service_options *options, int ready);
