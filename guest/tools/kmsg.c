// kmsg: prints the kernel's messages, those before it started and all that follow, on standard error.
#include "guest.h"
#include "kmsg.h"
#include "moment.h"
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RECORD_LIMIT 8192
#define NANOSECONDS 1000000000LL

// Documentation/ABI/testing/dev-kmsg: "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,...];TEXT\n", and lines that begin
// with a space and describe the device.
char *kmsg_line(char *record, long long started)
{
	unsigned long long sequence, microseconds;
	char *message = strchr(record, ';');
	if (message == NULL || sscanf(record, "%*u,%llu,%llu", &sequence, &microseconds) != 2)
		return NULL;
	message++;
	message[strcspn(message, "\n")] = '\0';
	long long moment = started + (long long)microseconds * 1000;
	char *when = moment_text(moment, true);
	char *line = text("(%llu) - %s: %s\n", sequence, when, message);
	free(when);
	return line;
}

// Returns the time at which the kernel started, in nanoseconds since 1970.
static long long start_time(void)
{
	struct timespec now, running;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)clock_gettime(CLOCK_MONOTONIC, &running); // like the kernel's messages, it stops while a machine sleeps
	return ((long long)now.tv_sec - running.tv_sec) * NANOSECONDS + now.tv_nsec - running.tv_nsec;
}

int kmsg_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	int log = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
	if (log < 0) {
		say_errno("/dev/kmsg");
		return 1;
	}
	long long started = start_time();
	for (;;) {
		char record[RECORD_LIMIT + 1];
		ssize_t size = read(log, record, RECORD_LIMIT);
		if (size < 0 && errno == EPIPE)
			continue; // messages were overwritten before they were read
		if (size < 0 && (errno == EINTR || errno == EINVAL))
			continue;
		if (size <= 0) {
			say_errno("/dev/kmsg");
			return 1;
		}
		record[size] = '\0';
		char *line = kmsg_line(record, started);
		if (line != NULL && !write_all(STDERR_FILENO, line, strlen(line)))
			return 1;
		free(line);
	}
}
