// Changes in the text of a JSON value. Every other byte is kept; what was read from the text is not valid
// afterwards.
#pragma once

#include "guest.h"
#include "json.h"

// Replaces a part of the text.
void json_replace(struct buffer *text, size_t start, size_t end, const char *replacement);
// Adds a member in front of those of an object.
void json_add_member(struct buffer *text, const struct json *object, const char *key, const char *value);
// Adds an element behind those of an array.
void json_add_element(struct buffer *text, const struct json *array, const char *value);
