// The kernel's messages as lines.
#pragma once

// Returns "(SEQUENCE) - TIME: MESSAGE\n" for a record of /dev/kmsg, which it changes; to be freed by the caller.
// NULL if it is not one. `started` is the kernel's start, in nanoseconds since 1970.
char *kmsg_line(char *record, long long started);
