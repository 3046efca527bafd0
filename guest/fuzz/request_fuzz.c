// Requests to the supervisor.
#include "fuzz.h"

#include "control.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer input = {0};
	struct strings words = {0};
	buffer_append(&input, data, size); // followed by a zero byte, as what a client sends
	int complete = control_words(input.data, input.size, &words);
	REQUIRE(complete >= -1 && complete <= 1 && (complete == 1) == (words.count > 0));
	size_t used = 1;
	for (size_t i = 0; i < words.count; i++) {
		REQUIRE(*words.items[i] != '\0');
		used += strlen(words.items[i]) + 1;
	}
	REQUIRE(complete != 1 || used == size);
	strings_free(&words);
	buffer_free(&input);
	return 0;
}
