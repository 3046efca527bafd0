#include "clock.h"
#include "guest.h"

#include <fcntl.h>
#include <linux/rtc.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define IMAGE_FILE "/init" // its time is that of the image

static void set(time_t seconds)
{
	if (clock_settime(CLOCK_REALTIME, &(struct timespec){.tv_sec = seconds}) != 0)
		say_errno("cannot set the clock");
}

static void read_machine_clock(void)
{
	int fd = open("/dev/rtc0", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return; // this machine has no such clock
	struct rtc_time read;
	if (ioctl(fd, RTC_RD_TIME, &read) == 0) {
		struct tm utc = {.tm_sec = read.tm_sec, .tm_min = read.tm_min, .tm_hour = read.tm_hour,
				 .tm_mday = read.tm_mday, .tm_mon = read.tm_mon, .tm_year = read.tm_year};
		set(timegm(&utc));
	} else {
		say_errno("cannot read the clock");
	}
	close(fd);
}

time_t kernel_time(const char *version)
{
	static const char *const formats[] = {"(%Y-%m-%d)", "%a %b %d %H:%M:%S UTC %Y"};
	for (const char *word = version; word != NULL; word = strchr(word, ' ')) {
		word += strspn(word, " ");
		for (size_t i = 0; i < COUNT(formats); i++) {
			struct tm utc = {0};
			const char *end = strptime(word, formats[i], &utc);
			if (end != NULL && *end == '\0')
				return timegm(&utc);
		}
	}
	return 0;
}

// Prints a time as in 2026-03-14 15:09:26.
static void print_time(time_t seconds, char out[32])
{
	struct tm utc;
	if (gmtime_r(&seconds, &utc) == NULL || strftime(out, 32, "%F %T", &utc) == 0)
		strcpy(out, "an invalid time");
}

void set_clock(void)
{
	read_machine_clock();
	struct utsname kernel;
	struct stat image;
	time_t least = uname(&kernel) == 0 ? kernel_time(kernel.version) : 0, now = time(NULL);
	if (lstat(IMAGE_FILE, &image) == 0 && image.st_mtime > least)
		least = image.st_mtime;
	if (now >= least)
		return;
	// Certificates would not be valid yet. A program that asks a time server can put it right.
	char said[32], instead[32];
	print_time(now, said);
	print_time(least, instead);
	set(least);
	say("the clock said %s, which is before this system was made; set to %s", said, instead);
}
