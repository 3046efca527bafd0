#include "supervised.h"

#include <string.h>
#include <time.h>

int64_t now_milliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct supervised *find_service(const struct supervisor *supervisor, const char *name)
{
	for (size_t i = 0; i < supervisor->count; i++)
		if (strcmp(supervisor->services[i].name, name) == 0)
			return &supervisor->services[i];
	return NULL;
}

const char *state_name(const struct supervised *service)
{
	switch (service->state) {
	case WAITING: return "waiting";
	case STARTING: return "starting";
	case RUNNING:
		return service->ready ? "running" : service->late ? "not ready" : "getting ready";
	case STOPPING: return "stopping";
	case COLLECTING: return "ended";
	case BACKING_OFF: return "restarts soon";
	case EXITED: return "exited";
	case FAILED: return "failed";
	case STOPPED: return "stopped";
	}
	return "unknown";
}

bool is_active(const struct supervised *service)
{
	return service->state == STARTING || service->state == RUNNING || service->state == STOPPING ||
	       service->state == COLLECTING;
}

char *duration_text(int64_t milliseconds)
{
	if (milliseconds < 10000 && milliseconds % 1000 >= 100)
		return text("%d.%d s", (int)(milliseconds / 1000), (int)(milliseconds % 1000 / 100));
	const int64_t seconds = milliseconds / 1000;
	if (seconds < 120)
		return text("%d s", (int)seconds);
	if (seconds < 7200)
		return text("%d min", (int)(seconds / 60));
	return seconds < 172800 ? text("%d h", (int)(seconds / 3600)) : text("%d days", (int)(seconds / 86400));
}

char *ending_text(int exit_status)
{
	const int number = exit_status - 128;
	if (exit_status < 0)
		return copy_text("ended with an unknown exit status");
	if (number <= 0 || number > 64)
		return text("exited with status %d", exit_status);
	return signal_name(number) != NULL ? text("was killed by SIG%s", signal_name(number))
					   : text("was killed by signal %d", number);
}
