// Records for a boot chart, on the console, if the kernel command line has linuxkit.boot_chart:
// linuxkit-chart: MICROSECONDS begin|end KIND NAME, with the time since the kernel started.
#include "guest.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void record(const char *what, const char *kind, const char *name)
{
	static int wanted = -1;
	if (wanted < 0)
		wanted = command_line_has("linuxkit.boot_chart");
	struct timespec now;
	if (!wanted || clock_gettime(CLOCK_BOOTTIME, &now) != 0)
		return;
	// In one write, so that no other line gets into it.
	char line[512];
	int length = snprintf(line, sizeof line, "linuxkit-chart: %lld %s %s %s\n",
			      (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000, what, kind, name);
	if (length > 0 && (size_t)length < sizeof line)
		(void)write_all(STDERR_FILENO, line, (size_t)length);
}

void chart_begin(const char *kind, const char *name)
{
	record("begin", kind, name);
}

void chart_end(const char *kind, const char *name)
{
	record("end", kind, name);
}
