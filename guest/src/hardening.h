// The least strictness of the running system, if the kernel command line has linuxkit.hardening=on.
#pragma once

#include <stdbool.h>

// Returns whether the last linuxkit.hardening= on the kernel command line is `on`.
bool hardening_wanted(void);
// Sets kernel parameters, except those that the kernel command line sets. Call it before there are
// network devices, which start with the parameters of that time.
void hardening_set_floor(void);
// Permits signed modules only and locks the kernel down against its own superuser, unless the kernel
// command line decides or an unsigned module is loaded. Call it after the present devices have theirs.
void hardening_close_kernel(void);
