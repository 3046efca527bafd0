// What the kernel says about memory in a container's control group.
#pragma once

#include "guest.h"

// Finds the control group of a process, to be freed by the caller; NULL with groups of version 1.
char *memory_group(pid_t pid);
// Returns whether a control group is another one or within it. "" contains every group.
bool is_within_group(const char *group, const char *outer);
// Opens the events of a group. Poll it for POLLPRI. Returns -1 if there are none.
int memory_events_open(const char *group);
// Returns how many processes the kernel has killed in the group for want of memory; 0 if it is unknown.
unsigned long memory_kills(int fd);

// Parts of the above, for tests: the number after `oom_kill`, and the group of version 2 in the
// content of /proc/PID/cgroup, to be freed by the caller, or NULL.
unsigned long memory_kills_in(const char *events);
char *control_group_in(const char *content);
