// A strict reader of JSON text (RFC 8259).
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

// A value. The members of an object and the elements of an array are linked through `next`.
struct json {
	enum json_kind kind;
	char *key;         // of a member of an object: UTF-8; else NULL
	char *string;      // of a string: UTF-8 without zero bytes; else NULL
	double number;     // of a number; else 0
	size_t start, end; // position of the value in the text
	struct json *children, *next;
};

// Reads the one value of a text. Returns NULL with the position of the error in `*where` if the text is
// not JSON, repeats a key in an object, has a zero byte in a string or more than 100 levels.
struct json *json_read(const char *text, size_t size, size_t *where);
void json_free(struct json *value);

// Returns the member of an object; NULL if it is missing or the value is not an object.
const struct json *json_member(const struct json *object, const char *key);
// Returns the string value of a member; NULL if it is missing or not a string.
const char *json_string(const struct json *object, const char *key);
