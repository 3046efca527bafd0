// Waiting that says what it waits for, and the mark of a shutdown.
#include "guest.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define LINE_SECONDS 30
#define MARK "/run/linuxkit-stopping"

static long now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

struct patience patience_begin(const char *what, int limit)
{
	long start = now();
	return (struct patience){.what = what, .limit = limit, .start = start, .next = start + LINE_SECONDS};
}

bool patience_left(struct patience *patience)
{
	long time = now();
	if (patience->limit > 0 && time >= patience->start + patience->limit)
		return false;
	if (time >= patience->next) {
		say("still waiting for %s (%ld s)", patience->what, time - patience->start);
		patience->next += LINE_SECONDS;
	}
	return true;
}

bool ends_patiently(pid_t pid, const char *what, int limit)
{
	struct patience patience = patience_begin(what, limit);
	for (;;) {
		long next = patience.next;
		if (limit > 0 && patience.start + limit < next)
			next = patience.start + limit;
		long rest = next - now();
		if (ends_within(pid, rest > 0 ? (int)rest : 0))
			return true;
		if (!patience_left(&patience))
			return false;
	}
}

bool stopping(void)
{
	return exists(MARK);
}

void set_stopping(bool stop)
{
	if (!stop) {
		(void)unlink(MARK);
		return;
	}
	// Fails before /run is mounted; the boot is killed then before it starts anything.
	int fd = open(MARK, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	if (fd >= 0)
		close(fd);
}
