// What happens to a service: it is started, watched, started again by its policy, stopped.
#pragma once

#include "supervised.h"

// Does what is due for a service.
void lifecycle_tick(struct supervisor *supervisor, struct supervised *service);
// Returns when the next tick is needed at the latest.
int64_t lifecycle_due(const struct supervisor *supervisor, const struct supervised *service);
// Takes notice of the end of a service's first process.
void lifecycle_process_ended(struct supervised *service);
// Takes notice of an event in its control group.
void lifecycle_memory_event(struct supervised *service);
// Takes notice of the end of one of its workers. Returns whether it was one.
bool lifecycle_worker_ended(struct supervisor *supervisor, struct supervised *service, pid_t pid, bool success);

// An operator's wishes. Each returns false if there is nothing to do.
bool lifecycle_start(struct supervised *service);
bool lifecycle_stop(struct supervised *service, bool again);
// Stops a service at the end of the system, without a restart or cleaning up.
void lifecycle_shut(struct supervised *service, bool at_once);
