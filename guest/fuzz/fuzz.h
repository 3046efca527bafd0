// Declarations shared by the fuzz targets. Each NAME_fuzz.c feeds one parser; its seeds are the files in
// seeds/NAME.
//
// A target is linked with all sources of the guest except main.c and messages.c.
#pragma once

#include "guest.h"

#include <stdlib.h>

// Feeds one input to the parser under test.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Reports a finding and ends the program unless the condition holds.
#define REQUIRE(condition)                                                                                             \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			violated(__FILE__, __LINE__, #condition);                                                      \
	} while (0)
_Noreturn void violated(const char *file, int line, const char *condition);

// Runs code that may call `fatal` and returns false if it did. Anywhere else, `fatal` is a finding.
bool survives(void (*run)(void *context), void *context);

// Sets the files that read_file finds in targets that replace it. If the input starts with "=== ", it
// consists of files, each after a line "=== PATH"; otherwise every path has the whole input as content.
void set_files(const uint8_t *data, size_t size);
