// A strict reader of JSON text (RFC 8259).
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

// A value; the members of an object and the elements of an array follow each other through `next`.
struct json {
	enum json_kind kind;
	char *key;         // in an object; UTF-8, NULL elsewhere
	char *string;      // of a string: UTF-8 without zero bytes
	size_t start, end; // where the text of the value lies
	struct json *children, *next;
};

// Reads one value that fills the text; NULL when the text is not JSON, has a key twice in one object, a zero byte
// in a string or more than 100 levels. `*where` is then the position of the mistake.
struct json *json_read(const char *text, size_t size, size_t *where);
void json_free(struct json *value);

// The member of an object, NULL when there is none or the value is none.
const struct json *json_member(const struct json *object, const char *key);
// The string that a member of an object is, NULL when it is not there or something else.
const char *json_string(const struct json *object, const char *key);
