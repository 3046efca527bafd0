// JSON: config.json, runtime.json and log entries.
#include "fuzz.h"

#include "json.h"

#include <string.h>

static void check(const struct json *value, const char *text, size_t start, size_t end)
{
	REQUIRE(start <= value->start && value->start < value->end && value->end <= end);
	REQUIRE((value->kind == JSON_STRING) == (value->string != NULL));
	REQUIRE(value->children == NULL || value->kind == JSON_ARRAY || value->kind == JSON_OBJECT);
	size_t last = value->start, where;
	for (const struct json *child = value->children; child != NULL; child = child->next) {
		check(child, text, last, value->end);
		REQUIRE((child->key != NULL) == (value->kind == JSON_OBJECT));
		REQUIRE(child->key == NULL || json_member(value, child->key) == child);
		last = child->end;
	}
	// start and end delimit the value: services.c replaces text by these positions.
	if (value->children == NULL) {
		struct json *alone = json_read(text + value->start, value->end - value->start, &where);
		REQUIRE(alone != NULL && alone->kind == value->kind);
		REQUIRE(alone->string == NULL || strcmp(alone->string, value->string) == 0);
		json_free(alone);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t where;
	struct json *value = json_read((const char *)data, size, &where);
	REQUIRE(where <= size);
	if (value != NULL)
		check(value, (const char *)data, 0, size);
	json_free(value);
	return 0;
}
