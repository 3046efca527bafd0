// Processes that make calls to containerd for the supervisor, which must not wait for the replies.
#pragma once

#include "supervised.h"

// Each starts a worker and returns its pid, or 0 on failure. It exits with 0 if all went well; the rest
// is in the service's outcome.
pid_t work_start(const struct supervisor *supervisor, struct supervised *service);
pid_t work_collect(const struct supervisor *supervisor, struct supervised *service);
// Ends with 0 as soon as the service is ready; never tries for longer than its limit.
pid_t work_probe(const struct supervisor *supervisor, struct supervised *service);
// Waits until containerd serves, and removes containers of an earlier boot unless that was done.
pid_t work_await_containerd(const struct supervisor *supervisor);
// Checks whether containerd still answers, however long that takes.
pid_t work_check_containerd(const struct supervisor *supervisor);
