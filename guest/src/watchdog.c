#include "watchdog.h"
#include "guest.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "/dev/watchdog0"
#define DEFAULT_SECONDS 60

static void open_device(struct watchdog *watchdog)
{
	if (!exists(DEVICE))
		return;
	int seconds = command_line_number("linuxkit.watchdog", DEFAULT_SECONDS);
	if (seconds == 0)
		return;
	if (seconds < 2 * WATCHDOG_INTERVAL)
		seconds = 2 * WATCHDOG_INTERVAL;
	// Opening it starts it. Another program may have it already.
	watchdog->fd = open(DEVICE, O_WRONLY | O_CLOEXEC);
	if (watchdog->fd < 0)
		return;
	if (ioctl(watchdog->fd, WDIOC_SETTIMEOUT, &seconds) != 0)
		say_errno(DEVICE ": cannot set %d seconds", seconds);
	// The driver may have chosen another limit.
	(void)ioctl(watchdog->fd, WDIOC_GETTIMEOUT, &seconds);
	say(DEVICE ": restarts the machine if process 1 does not run for %d seconds", seconds);
}

void watchdog_feed(struct watchdog *watchdog)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
	    (watchdog->last != 0 && now.tv_sec < watchdog->last + WATCHDOG_INTERVAL))
		return;
	watchdog->last = now.tv_sec;
	if (watchdog->fd < 0)
		open_device(watchdog);
	if (watchdog->fd >= 0)
		(void)ioctl(watchdog->fd, WDIOC_KEEPALIVE, 0);
}

void watchdog_stop(struct watchdog *watchdog)
{
	if (watchdog->fd < 0)
		return;
	// Without this letter, a close counts as a failure of the program that feeds it.
	if (!write_all(watchdog->fd, "V", 1))
		say_errno(DEVICE);
	close(watchdog->fd);
	watchdog->fd = -1;
}
