// The process that watches containerd and the services for as long as the system runs.
#pragma once

#include "control.h"
#include "kept.h"

// Runs the supervisor. Starts only containerd until a request says that the boot has come to the services.
// Goes on where an earlier supervisor ended if that kept its state. Exits with 0 only when the system ends.
_Noreturn void supervise(const struct service_options *options, struct control *control, struct kept *kept);
