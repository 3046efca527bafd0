// The work of process 1 after it has started the boot.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

// Reaps processes and shuts down on signals. `boot` is the process group of the boot, or -1. In a
// container, shutting down means to end; then and when no child is left, it returns or exits with 0.
int first_process(pid_t boot, bool container);
