#include "report.h"
#include "logger.h"
#include "logs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int log_fd = -1;

void report_open(bool external)
{
	struct logs logs = {.external = external, .folder = "/var/log"};
	log_fd = external ? logs_stream(&logs, REPORT_STREAM) : logger_open(REPORT_STREAM, false);
}

static void write_line(const char *message)
{
	char line[1200];
	time_t now = time(NULL);
	struct tm utc;
	size_t used = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ ", gmtime_r(&now, &utc));
	snprintf(line + used, sizeof line - used, "%s", message);
	used = strlen(line);
	make_printable(line, used);
	line[used++] = '\n';
	if (log_fd >= 0)
		(void)write_all(log_fd, line, used); // dropped if the logger is behind
}

void report(const char *format, ...)
{
	char message[1000];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	say("%s", message);
	write_line(message);
}

void report_quietly(const char *format, ...)
{
	char message[1000];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	write_line(message);
}
