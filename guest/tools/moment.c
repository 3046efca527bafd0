#include "moment.h"

#include "guest.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define NANOSECONDS 1000000000LL

long long moment_now(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (long long)now.tv_sec * NANOSECONDS + now.tv_nsec;
}

char *moment_text(long long moment, bool fraction)
{
	time_t seconds = (time_t)(moment / NANOSECONDS);
	struct tm parts;
	char day[64] = "", digits[16] = "";
	if (gmtime_r(&seconds, &parts) != NULL)
		(void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
	if (fraction && moment % NANOSECONDS != 0) {
		(void)snprintf(digits, sizeof digits, ".%09d", (int)(moment % NANOSECONDS));
		for (size_t end = strlen(digits); digits[end - 1] == '0';)
			digits[--end] = '\0';
	}
	return text("%s%sZ", day, digits);
}
