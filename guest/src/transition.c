#include "transition.h"
#include "report.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_MILLISECONDS 1000
#define SLOWEST_MILLISECONDS 30000
#define STEADY_MILLISECONDS 60000

int next_back_off(int last, int64_t up)
{
	if (last == 0 || up >= STEADY_MILLISECONDS)
		return FIRST_MILLISECONDS;
	return last * 2 > SLOWEST_MILLISECONDS ? SLOWEST_MILLISECONDS : last * 2;
}

bool restarts(enum restart restart, int exit_status)
{
	return restart == RESTART_ALWAYS || (restart == RESTART_ON_FAILURE && exit_status != 0);
}

bool may_start(const struct supervisor *supervisor, const struct supervised *service)
{
	for (size_t i = 0; i < service->policy.after.count; i++) {
		const struct supervised *other = find_service(supervisor, service->policy.after.items[i]);
		if (other != NULL && other != service && !other->ready && !other->late && other->state != EXITED &&
		    other->state != FAILED && other->state != STOPPED)
			return false;
	}
	return true;
}

void enter(struct supervised *service, enum state state, int64_t due)
{
	service->state = state;
	service->since = now_milliseconds();
	service->due = due;
}

void become_ready(struct supervised *service)
{
	service->ready = true;
	char *time = duration_text(now_milliseconds() - service->tried);
	report_quietly("%s is ready after %s", service->name, time);
	free(time);
}

void close_watched(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void send_signal(const struct supervised *service, int number)
{
	if (service->process >= 0)
		(void)syscall(SYS_pidfd_send_signal, service->process, number, NULL, 0);
}

void begin_stop(struct supervised *service)
{
	enter(service, STOPPING, now_milliseconds() + (int64_t)service->policy.stop_timeout * 1000);
	service->killed = service->policy.stop_timeout == 0;
	send_signal(service, service->killed ? SIGKILL : service->policy.stop_signal);
}
