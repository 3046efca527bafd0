// Replaces the guest's messages: they are formatted, so that their arguments are read, and dropped.
#include "fuzz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

const char *program_name = "fuzz";

static jmp_buf survivor;
static bool may_end;

static void drop(const char *format, va_list arguments)
{
	char *message;
	if (vasprintf(&message, format, arguments) >= 0)
		free(message);
}

void say(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	drop(format, arguments);
	va_end(arguments);
}

void say_errno(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	drop(format, arguments);
	va_end(arguments);
}

void fatal(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	drop(format, arguments);
	va_end(arguments);
	REQUIRE(may_end);
	longjmp(survivor, 1);
}

bool survives(void (*run)(void *context), void *context)
{
	may_end = true;
	bool survived = setjmp(survivor) == 0;
	if (survived)
		run(context);
	may_end = false;
	return survived;
}

void violated(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: violated: %s\n", file, line, condition);
	abort();
}
