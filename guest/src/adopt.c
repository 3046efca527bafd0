#include "adopt.h"
#include "lifecycle.h"
#include "memory.h"
#include "transition.h"
#include "worker.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// Returns a pidfd of the service's process, or -1 if that has ended: its number may be another's now.
// It may have moved into a subgroup of the service's control group.
static int open_process(const struct supervised *service)
{
	int process = (int)syscall(SYS_pidfd_open, service->pid, 0);
	if (process < 0)
		return -1;
	char *group = memory_group(service->pid);
	const bool its = is_within_group(group != NULL ? group : "", service->outcome->process.group);
	free(group);
	if (its)
		return process;
	close(process);
	return -1;
}

static void adopt_process(const struct supervisor *supervisor, struct supervised *service)
{
	service->process = open_process(service);
	service->memory = memory_events_open(service->outcome->process.group);
	if (service->process < 0)
		lifecycle_process_ended(service);
	else if (service->state == STOPPING && service->killed)
		send_signal(service, SIGKILL);
	else if (service->state == RUNNING && !service->ready && policy_has_condition(&service->policy))
		service->prober = work_probe(supervisor, service);
}

void adopt_service(const struct supervisor *supervisor, struct supervised *service)
{
	service->process = service->memory = -1;
	service->worker = service->prober = 0; // they ended with their supervisor
	switch (service->state) {
	case RUNNING:
	case STOPPING: adopt_process(supervisor, service); break;
	case STARTING: // broke off, perhaps with a process
		service->has_container = false;
		enter(service, WAITING, 0);
		// fall through
	case WAITING: service->dirty = !service->has_container; break;
	case COLLECTING: service->due = 0; break;
	default: break;
	}
}
