// containerd, which is started again whenever it ends.
#pragma once

#include "supervised.h"

// Starts containerd if it is time to, and reports if it keeps others waiting.
void daemon_tick(struct supervisor *supervisor);
// Takes notice that the boot has come to the services: containerd is started again if its folder is on
// another file system now.
void daemon_call(struct supervisor *supervisor);
// Takes notice of the end of a child. Returns whether it was containerd or a worker that watches it.
bool daemon_ended(struct supervisor *supervisor, pid_t pid, int status);
// Takes over containerd from a supervisor that ended.
void daemon_adopt(struct supervisor *supervisor);
// Takes notice of its end then.
void daemon_adopted_ended(struct supervisor *supervisor);
// Returns the milliseconds until the next try after a number of failures.
int daemon_back_off(unsigned failures);
// Returns when the next tick is needed.
int64_t daemon_due(const struct supervisor *supervisor);
