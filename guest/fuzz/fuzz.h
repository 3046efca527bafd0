// What the fuzz targets share. Each NAME_fuzz.c feeds one parser; its seeds are the files in seeds/NAME.
//
// A target is linked with everything of the guest but main.c and messages.c: messages are formatted and dropped.
#pragma once

#include "guest.h"

#include <stdlib.h>

// Feeds one input to the parser under test.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Ends the program, as a finding, unless the condition holds.
#define REQUIRE(condition)                                                                                             \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			violated(__FILE__, __LINE__, #condition);                                                      \
	} while (0)
_Noreturn void violated(const char *file, int line, const char *condition);

// Runs code that may call `fatal`; returns false if it did. Otherwise `fatal` is a finding.
bool survives(void (*run)(void *context), void *context);

// The files that read_file finds in targets linked with --wrap=read_file. An input consists of files, each after a line
// "=== PATH"; without such a line, every path has the whole input as its content.
void set_files(const uint8_t *data, size_t size);
