// Debian's programs: their output, their input, and what they know of a device.
#pragma once

#include "guest.h"

// Whether each command is printed before it runs, and what it prints after it.
extern bool programs_are_shown;

// Runs a program with an input, which has to be short, or with none (NULL). Returns its status, 127 if it
// cannot be started. What it prints is shown only if it fails, or if all programs are shown.
int run_fed(char *const arguments[], const char *input);
// Like run_fed, without an input. Returns whether its status is 0, and reports any other.
bool succeeds(char *const arguments[]);
// Runs a program and reads its output, at most 64 KiB. Returns its status.
int run_read(char *const arguments[], struct buffer *out);

// What a device holds.
enum contents {
	CONTENTS_NONE,    // neither a file system nor a partition table
	CONTENTS_SOME,
	CONTENTS_UNKNOWN, // it cannot be read; this has been reported
};
enum contents device_contents(const char *device);
// Returns what blkid finds on a device under a key, such as TYPE or PART_ENTRY_TYPE, to be freed by the caller;
// "" if there is none.
char *probed(const char *device, const char *key);
// Returns whether a partition is of the type that Linux has for file systems.
bool is_linux_partition(const char *device);
