// Text and memory.
#include "guest.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *allocate(size_t size)
{
	void *memory = calloc(1, size == 0 ? 1 : size);
	if (memory == NULL)
		fatal("out of memory");
	return memory;
}

char *text(const char *format, ...)
{
	char *result;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&result, format, arguments) < 0)
		fatal("out of memory");
	va_end(arguments);
	return result;
}

char *copy_text(const char *original)
{
	return text("%s", original);
}

bool starts_with(const char *string, const char *prefix)
{
	return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *string, const char *suffix)
{
	size_t length = strlen(string), tail = strlen(suffix);
	return length >= tail && strcmp(string + length - tail, suffix) == 0;
}

char *trim(char *string)
{
	while (isspace((unsigned char)*string))
		string++;
	size_t length = strlen(string);
	while (length > 0 && isspace((unsigned char)string[length - 1]))
		string[--length] = '\0';
	return string;
}

void buffer_append(struct buffer *buffer, const void *data, size_t size)
{
	if (size >= SIZE_MAX / 4 || buffer->size >= SIZE_MAX / 4)
		fatal("out of memory");
	size_t needed = buffer->size + size + 1;
	if (needed > buffer->capacity) {
		size_t capacity = needed < 256 ? 256 : needed * 2;
		char *grown = realloc(buffer->data, capacity);
		if (grown == NULL)
			fatal("out of memory");
		buffer->data = grown;
		buffer->capacity = capacity;
	}
	if (size > 0)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
}

void buffer_text(struct buffer *buffer, const char *string)
{
	buffer_append(buffer, string, strlen(string));
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}

void strings_add(struct strings *list, const char *item)
{
	char **grown = reallocarray(list->items, list->count + 2, sizeof *grown);
	if (grown == NULL)
		fatal("out of memory");
	list->items = grown;
	list->items[list->count++] = copy_text(item);
	list->items[list->count] = NULL;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof *list->items, by_bytes);
}

void strings_free(struct strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strings){0};
}
