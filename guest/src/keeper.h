// The process that starts the supervisor again if that ends before the system does.
#pragma once

#include "service.h"

// Runs the supervisor in a child. Closes `ready` once requests to it are taken.
_Noreturn void keep_supervisor(const struct service_options *options, int ready);
