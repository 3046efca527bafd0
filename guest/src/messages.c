// Messages on stderr.
#include "guest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *program_name = "guest";

static void vsay(const char *format, va_list arguments, const char *reason)
{
	// One write per message, so that the lines of several processes do not mix on the console.
	char line[1024];
	size_t used = (size_t)snprintf(line, sizeof line, "%.64s: ", program_name);
	int added = vsnprintf(line + used, sizeof line - used, format, arguments);
	if (added > 0)
		used += (size_t)added;
	if (reason != NULL && used < sizeof line)
		used += (size_t)snprintf(line + used, sizeof line - used, ": %s", reason);
	if (used > sizeof line - 2)
		used = sizeof line - 2;
	make_printable(line, used);
	line[used++] = '\n';
	(void)write_all(STDERR_FILENO, line, used);
}

void say(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsay(format, arguments, NULL);
	va_end(arguments);
}

void say_errno(const char *format, ...)
{
	const char *reason = strerror(errno);
	va_list arguments;
	va_start(arguments, format);
	vsay(format, arguments, reason);
	va_end(arguments);
}

void fatal(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsay(format, arguments, NULL);
	va_end(arguments);
	exit(1);
}
