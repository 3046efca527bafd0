// The machine's watchdog, which restarts it unless it is fed.
#pragma once

#include <time.h>

// Seconds between two calls of watchdog_feed.
#define WATCHDOG_INTERVAL 5

struct watchdog {
	int fd;      // -1: not opened yet
	time_t last; // when it was fed, or looked for, on the monotonic clock; 0: never
};

// Feeds the watchdog if its time has come. Opens it first if it has appeared, with a time limit of
// linuxkit.watchdog= seconds of the kernel command line; 0 leaves it alone.
void watchdog_feed(struct watchdog *watchdog);
// Stops it, so that it does not restart a machine that is switched off.
void watchdog_stop(struct watchdog *watchdog);
