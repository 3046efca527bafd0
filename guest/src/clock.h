// The system's clock.
#pragma once

#include <time.h>

// Sets the clock from the machine's, but not to a time before this system was made.
void set_clock(void);
// Returns the time in a kernel's version, such as "#1 SMP Debian 6.12.57-1 (2025-11-05)"; 0 if it has none.
time_t kernel_time(const char *version);
