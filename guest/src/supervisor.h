// The process that watches containerd and the services for as long as the system runs.
#pragma once

#include "service.h"

// Runs the supervisor. Closes `boot` once every service is ready or has failed; starts nothing more if
// its other end is closed before that.
_Noreturn void supervise(const struct service_options *options, int boot);
