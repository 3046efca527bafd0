#include "lifecycle.h"
#include "memory.h"
#include "report.h"
#include "transition.h"
#include "worker.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AGAIN_MILLISECONDS 1000 // until the next try to start a worker
#define RETRY_MILLISECONDS 500  // after a call that broke off with containerd
#define MEMORY_MILLISECONDS 500 // in which the service itself may turn out to be the victim

static unsigned starting(const struct supervisor *supervisor)
{
	unsigned count = 0;
	for (size_t i = 0; i < supervisor->count; i++)
		count += supervisor->services[i].state == STARTING;
	return count;
}

static void try_start(struct supervisor *supervisor, struct supervised *service, int64_t now)
{
	if (supervisor->held || supervisor->shutting || !supervisor->daemon.serves || service->worker != 0 ||
	    now < service->due || !may_start(supervisor, service) || starting(supervisor) >= supervisor->at_once)
		return;
	enter(service, STARTING, 0);
	service->worker = work_start(supervisor, service);
	if (service->worker == 0)
		enter(service, WAITING, now + AGAIN_MILLISECONDS);
}

static void collect(const struct supervisor *supervisor, struct supervised *service)
{
	service->removes = !service->wanted || service->again;
	service->worker = work_collect(supervisor, service);
}

// Those that wait for a service wait no longer than its limit, however often it fails meanwhile.
static bool may_be_late(const struct supervised *service)
{
	return !service->ready && !service->late && service->tried != 0 && service->wanted && service->state != EXITED &&
	       service->state != FAILED && service->state != STOPPED;
}

static void look_for_delay(struct supervised *service, int64_t now)
{
	if (!may_be_late(service) || now - service->tried < (int64_t)service->policy.ready.timeout * 1000)
		return;
	service->late = true;
	if (policy_has_condition(&service->policy))
		report("%s is not ready after %d s; services after it no longer wait", service->name,
		       service->policy.ready.timeout);
}

void lifecycle_tick(struct supervisor *supervisor, struct supervised *service)
{
	const int64_t now = now_milliseconds();
	if (!supervisor->shutting)
		look_for_delay(service, now);
	if (service->memory_due != 0 && now >= service->memory_due) {
		service->memory_due = 0;
		report("%s: one of its processes was killed: out of memory", service->name);
	}
	switch (service->state) {
	case BACKING_OFF:
		if (now >= service->due && !supervisor->shutting && !supervisor->held)
			enter(service, WAITING, 0);
		else
			break;
		// fall through
	case WAITING: try_start(supervisor, service, now); break;
	case STOPPING:
		if (now >= service->due && !service->killed) {
			service->killed = true;
			report("%s still runs %d s after SIG%s, and is killed", service->name, service->policy.stop_timeout,
			       signal_name(service->policy.stop_signal) ? signal_name(service->policy.stop_signal) : "");
			send_signal(service, SIGKILL);
		}
		break;
	case COLLECTING:
		if (supervisor->shutting)
			enter(service, STOPPED, 0);
		else if (service->worker == 0 && supervisor->daemon.serves && now >= service->due)
			collect(supervisor, service);
		break;
	default: break;
	}
}

int64_t lifecycle_due(const struct supervisor *supervisor, const struct supervised *service)
{
	int64_t due = INT64_MAX;
	const bool starts = !supervisor->held && !supervisor->shutting;
	const bool waits = service->state == WAITING || service->state == COLLECTING;
	if ((service->state == BACKING_OFF && starts) || (service->state == STOPPING && !service->killed) ||
	    (waits && supervisor->daemon.serves && service->due > now_milliseconds()))
		due = service->due;
	if (starts && may_be_late(service)) {
		const int64_t late = service->tried + (int64_t)service->policy.ready.timeout * 1000;
		due = late < due ? late : due;
	}
	return service->memory_due != 0 && service->memory_due < due ? service->memory_due : due;
}

// Notices processes killed since the last look. Returns whether there are any.
static bool look_at_memory(struct supervised *service)
{
	const unsigned long kills = memory_kills(service->memory);
	const bool more = kills > service->memory_kills;
	service->memory_kills = kills;
	return more;
}

void lifecycle_memory_event(struct supervised *service)
{
	if (look_at_memory(service) && service->memory_due == 0)
		service->memory_due = now_milliseconds() + MEMORY_MILLISECONDS;
}

void lifecycle_process_ended(struct supervised *service)
{
	const int64_t since = service->since;
	const bool asked = service->state == STOPPING;
	// Its end is one of those that the group's events reported, or the group's last event is not seen yet.
	service->memory_ended = look_at_memory(service) || service->memory_due != 0;
	service->memory_due = 0;
	close_watched(&service->process);
	close_watched(&service->memory);
	if (service->prober > 0)
		(void)kill(service->prober, SIGKILL);
	enter(service, COLLECTING, 0);
	if (!asked)
		service->since = since; // of the run, until its end is reported
}

// Decides what follows the end of a run that nobody asked for.
static void after_run(struct supervisor *supervisor, struct supervised *service)
{
	const int64_t now = now_milliseconds(), up = now - service->since;
	char *ending = ending_text(service->exit_status), *time = duration_text(up);
	const char *reason = service->memory_ended ? ": out of memory" : "";
	if (supervisor->held || supervisor->shutting || !restarts(service->policy.restart, service->exit_status)) {
		report("%s %s after %s%s", service->name, ending, time, reason);
		enter(service, EXITED, 0);
	} else {
		service->back_off = next_back_off(service->back_off, up);
		char *wait = duration_text(service->back_off);
		report("%s %s after %s%s; it is started again in %s", service->name, ending, time,
		       reason, wait);
		free(wait);
		enter(service, BACKING_OFF, now + service->back_off);
	}
	free(ending);
	free(time);
}

static void first_try(struct supervised *service)
{
	if (service->tried == 0)
		service->tried = now_milliseconds();
}

static void fail_start(struct supervisor *supervisor, struct supervised *service)
{
	const struct outcome *outcome = service->outcome;
	const int64_t now = now_milliseconds();
	if (!outcome->broken)
		first_try(service);
	if (!service->wanted || service->again) { // stopped meanwhile
		enter(service, COLLECTING, 0);
	} else if (outcome->broken) { // containerd ended; its restart is reported
		service->dirty = !service->has_container;
		enter(service, WAITING, now + RETRY_MILLISECONDS);
	} else if (outcome->gone) {
		report("%s is not started again: its container was removed", service->name);
		service->has_container = service->wanted = false;
		enter(service, STOPPED, 0);
	} else if (service->policy.restart == RESTART_NO || supervisor->held) {
		service->dirty = true;
		enter(service, FAILED, 0);
	} else {
		service->dirty = !service->has_container;
		service->back_off = next_back_off(service->back_off, 0);
		char *wait = duration_text(service->back_off);
		report("%s could not be started; it is tried again in %s", service->name, wait);
		free(wait);
		enter(service, BACKING_OFF, now + service->back_off);
	}
}

static void started(struct supervisor *supervisor, struct supervised *service)
{
	first_try(service);
	service->pid = service->outcome->process.pid;
	service->has_container = true;
	service->dirty = false;
	service->process = (int)syscall(SYS_pidfd_open, service->pid, 0);
	service->memory = memory_events_open(service->outcome->process.group);
	service->memory_kills = 0; // the group is as new as the process
	enter(service, RUNNING, 0);
	if (service->collected_once) {
		service->restarts++;
		report("%s is started again (restart %u)", service->name, service->restarts);
	} else {
		report_quietly("%s is started", service->name);
	}
	if (service->process < 0)
		lifecycle_process_ended(service); // already
	else if (!service->wanted || service->again)
		begin_stop(service);
	else if (policy_has_condition(&service->policy))
		service->prober = service->ready ? 0 : work_probe(supervisor, service);
	else if (!service->ready)
		become_ready(service);
}

static void collected(struct supervisor *supervisor, struct supervised *service, bool success)
{
	const bool asked = !service->wanted || service->again;
	if (service->outcome->exit_status >= 0 || !asked)
		service->exit_status = service->outcome->exit_status;
	// Again, if containerd ended meanwhile, or an operator wants it stopped since.
	if ((!success && service->outcome->broken) || (success && asked && !service->removes)) {
		service->due = now_milliseconds() + (success ? 0 : RETRY_MILLISECONDS);
		return;
	}
	service->dirty = !success;
	if (!success)
		service->has_container = false;
	if (!asked) {
		service->collected_once = true;
		after_run(supervisor, service);
		return;
	}
	service->has_container = service->ready = service->late = service->collected_once = false;
	service->back_off = 0;
	service->tried = 0;
	report_quietly("%s is stopped", service->name);
	service->wanted = service->again;
	enter(service, service->again ? WAITING : STOPPED, 0);
	service->again = false;
}

bool lifecycle_worker_ended(struct supervisor *supervisor, struct supervised *service, pid_t pid, bool success)
{
	if (pid == service->prober) {
		service->prober = 0;
		if (success && service->state == RUNNING && !service->ready)
			become_ready(service);
		return true;
	}
	if (pid != service->worker)
		return false;
	service->worker = 0;
	if (service->state == STARTING && success)
		started(supervisor, service);
	else if (service->state == STARTING)
		fail_start(supervisor, service);
	else if (service->state == COLLECTING)
		collected(supervisor, service, success);
	return true;
}

bool lifecycle_start(struct supervised *service)
{
	if (is_active(service) && service->wanted)
		return false;
	if (is_active(service)) { // on its way to its end
		service->again = service->wanted = true;
		return true;
	}
	// What is left of an earlier run goes first, so that it starts with fresh files.
	service->dirty = service->dirty || service->has_container;
	service->has_container = service->ready = service->late = service->collected_once = false;
	service->wanted = true;
	service->tried = 0;
	service->back_off = 0;
	enter(service, WAITING, 0);
	return true;
}

bool lifecycle_stop(struct supervised *service, bool again)
{
	switch (service->state) {
	case RUNNING: begin_stop(service); break;
	case EXITED:
	case BACKING_OFF:
	case WAITING: enter(service, service->has_container || service->dirty ? COLLECTING : STOPPED, 0); break;
	case FAILED:
	case STOPPED: return false;
	default: break; // it is stopped once it is started
	}
	service->wanted = service->again = again;
	if (service->state != STOPPED)
		return true;
	service->wanted = service->again = false;
	return !again || lifecycle_start(service);
}

void lifecycle_shut(struct supervised *service, bool at_once)
{
	service->wanted = service->again = false;
	if (service->worker > 0)
		(void)kill(service->worker, SIGKILL);
	if (service->state == RUNNING)
		begin_stop(service);
	if (service->state == STOPPING && at_once && !service->killed) {
		service->killed = true;
		send_signal(service, SIGKILL);
	}
	if (service->state != STOPPING)
		enter(service, STOPPED, 0);
}
