// The kernel command line; read_file is replaced.
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strings terminals = {0};
	set_files(data, size);
	int seconds = command_line_number("linuxkit.shutdown_timeout", 60);
	REQUIRE(seconds >= 0 && seconds <= 1000000);
	(void)command_line_has("linuxkit.runc_debug=1");
	command_line_consoles(&terminals);
	for (size_t i = 0; i < terminals.count; i++) {
		REQUIRE(*terminals.items[i] != '\0' && strpbrk(terminals.items[i], "/, \n") == NULL);
		for (size_t j = 0; j < i; j++)
			REQUIRE(strcmp(terminals.items[i], terminals.items[j]) != 0);
	}
	strings_free(&terminals);
	return 0;
}
