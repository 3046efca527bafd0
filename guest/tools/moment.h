// Times as text.
#pragma once

#include <stdbool.h>

// Returns the time now, in nanoseconds since 1970.
long long moment_now(void);
// Returns a time in nanoseconds since 1970 as in RFC 3339, in UTC, to be freed by the caller; with its fraction of a
// second without zeros at the end, as Go prints it, or without.
char *moment_text(long long moment, bool fraction);
