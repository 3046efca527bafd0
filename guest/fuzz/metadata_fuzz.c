// Metadata: responses of HTTP, and what providers give in them.
#include "fuzz.h"

#include "metadata.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer body = {0}, keys = {0}, decoded = {0};
	enum http_result result;
	bool complete = http_parse((const char *)data, size, true, 1000, &result, &body);
	REQUIRE(complete && body.size <= 1000 && (result == HTTP_OK || body.size == 0));
	char *copy = text("%.*s", (int)size, size > 0 ? (const char *)data : "");
	parse_gcp_keys(copy, &keys);
	parse_key_lines(copy, &keys);
	free(parse_ovf(copy, "user-data"));
	parse_key_array((const char *)data, size, &keys);
	parse_base64(copy, &decoded);
	free(parse_setting(copy, "KEY", '='));
	output_expand(-1, (const char *)data, size);
	free(copy);
	buffer_free(&body);
	buffer_free(&keys);
	buffer_free(&decoded);
	return 0;
}
