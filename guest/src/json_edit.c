#include "json_edit.h"

#include <stdlib.h>
#include <string.h>

void json_replace(struct buffer *text, size_t start, size_t end, const char *replacement)
{
	struct buffer whole = {0};
	buffer_append(&whole, text->data, start);
	buffer_append(&whole, replacement, strlen(replacement));
	buffer_append(&whole, text->data + end, text->size - end);
	buffer_free(text);
	*text = whole;
}

void json_add_member(struct buffer *buffer, const struct json *object, const char *key, const char *value)
{
	char *member = text("\"%s\":%s%s", key, value, object->children != NULL ? "," : "");
	json_replace(buffer, object->start + 1, object->start + 1, member);
	free(member);
}

void json_add_element(struct buffer *buffer, const struct json *array, const char *value)
{
	char *element = text("%s%s", array->children != NULL ? "," : "", value);
	json_replace(buffer, array->end - 1, array->end - 1, element);
	free(element);
}
