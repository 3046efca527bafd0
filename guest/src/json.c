#include "json.h"
#include "guest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 100
#define FEW 100 // members, each of whose keys is compared with the others as it is read

struct reader {
	const char *text;
	size_t size, at;
};

static struct json *read_value(struct reader *reader, int depth);

static int peek(const struct reader *reader)
{
	return reader->at < reader->size ? (unsigned char)reader->text[reader->at] : -1;
}

static void skip_space(struct reader *reader)
{
	while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' || peek(reader) == '\r')
		reader->at++;
}

static bool take(struct reader *reader, char wanted)
{
	if (peek(reader) != wanted)
		return false;
	reader->at++;
	return true;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);
	if (reader->size - reader->at < length || memcmp(reader->text + reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

static bool digits(struct reader *reader)
{
	size_t start = reader->at;
	while (peek(reader) >= '0' && peek(reader) <= '9')
		reader->at++;
	return reader->at > start;
}

static bool read_number(struct reader *reader)
{
	(void)take(reader, '-');
	if (!take(reader, '0') && !digits(reader))
		return false;
	if (take(reader, '.') && !digits(reader))
		return false;
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '+'))
			(void)take(reader, '-');
		return digits(reader);
	}
	return true;
}

static bool read_hex(struct reader *reader, uint32_t *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		int c = peek(reader);
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return false;
		*unit = *unit << 4 | (uint32_t)digit;
		reader->at++;
	}
	return true;
}

static void append_utf8(struct buffer *out, uint32_t point)
{
	unsigned char bytes[4];
	size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	for (size_t i = size; i-- > 1; point >>= 6)
		bytes[i] = (unsigned char)(0x80 | (point & 0x3f));
	bytes[0] = (unsigned char)(lead[size] | point);
	buffer_append(out, bytes, size);
}

static bool read_escape(struct reader *reader, struct buffer *out)
{
	static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	int c = peek(reader);
	const char *letter = c > 0 ? strchr(letters, c) : NULL;
	if (letter != NULL) {
		reader->at++;
		buffer_append(out, &values[letter - letters], 1);
		return true;
	}
	uint32_t unit, low;
	if (!take(reader, 'u') || !read_hex(reader, &unit) || unit == 0 || (unit >= 0xdc00 && unit < 0xe000))
		return false;
	if (unit >= 0xd800 && unit < 0xdc00) {
		if (!take_word(reader, "\\u") || !read_hex(reader, &low) || low < 0xdc00 || low >= 0xe000)
			return false;
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	}
	append_utf8(out, unit);
	return true;
}

static char *read_string(struct reader *reader)
{
	struct buffer out = {0};
	buffer_append(&out, "", 0);
	if (take(reader, '"')) {
		for (int c; (c = peek(reader)) >= 0x20;) {
			reader->at++;
			if (c == '"')
				return out.data;
			if (c != '\\')
				buffer_append(&out, &reader->text[reader->at - 1], 1);
			else if (!read_escape(reader, &out))
				break;
		}
	}
	buffer_free(&out);
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// Returns whether a key occurs twice, in a time that does not grow with the square of their number.
static bool repeats_key(const struct json *object, size_t count)
{
	char **keys = allocate(count * sizeof *keys);
	size_t filled = 0;
	bool repeated = false;
	for (const struct json *child = object->children; child != NULL; child = child->next)
		keys[filled++] = child->key;
	qsort(keys, count, sizeof *keys, by_key);
	for (size_t i = 1; i < count && !repeated; i++)
		repeated = strcmp(keys[i - 1], keys[i]) == 0;
	free(keys);
	return repeated;
}

static bool read_children(struct reader *reader, struct json *parent, char end, int depth)
{
	struct json **last = &parent->children;
	reader->at++;
	skip_space(reader);
	if (take(reader, end))
		return true;
	for (size_t count = 1;; count++) {
		char *key = NULL;
		skip_space(reader);
		if (end == '}') {
			key = read_string(reader);
			skip_space(reader);
			if (key == NULL || (count <= FEW && json_member(parent, key) != NULL) || !take(reader, ':')) {
				free(key);
				return false;
			}
		}
		*last = read_value(reader, depth + 1);
		if (*last == NULL) {
			free(key);
			return false;
		}
		(*last)->key = key;
		last = &(*last)->next;
		skip_space(reader);
		if (take(reader, end))
			return end == ']' || count <= FEW || !repeats_key(parent, count);
		if (!take(reader, ','))
			return false;
	}
}

static bool read_number_value(struct reader *reader, struct json *value)
{
	const size_t start = reader->at;
	if (!read_number(reader))
		return false;
	char copy[32];
	const size_t size = reader->at - start;
	if (size < sizeof copy) { // a longer one does not count anything
		memcpy(copy, reader->text + start, size);
		copy[size] = '\0';
		value->number = strtod(copy, NULL);
	}
	return true;
}

static bool read_content(struct reader *reader, struct json *value, int depth)
{
	switch (peek(reader)) {
	case '{': value->kind = JSON_OBJECT; return depth < DEPTH && read_children(reader, value, '}', depth);
	case '[': value->kind = JSON_ARRAY; return depth < DEPTH && read_children(reader, value, ']', depth);
	case '"': value->kind = JSON_STRING; return (value->string = read_string(reader)) != NULL;
	case 't': value->kind = JSON_TRUE; return take_word(reader, "true");
	case 'f': value->kind = JSON_FALSE; return take_word(reader, "false");
	case 'n': value->kind = JSON_NULL; return take_word(reader, "null");
	default: value->kind = JSON_NUMBER; return read_number_value(reader, value);
	}
}

static struct json *read_value(struct reader *reader, int depth)
{
	skip_space(reader);
	struct json *value = allocate(sizeof *value);
	value->start = reader->at;
	if (!read_content(reader, value, depth)) {
		json_free(value);
		return NULL;
	}
	value->end = reader->at;
	return value;
}

struct json *json_read(const char *text, size_t size, size_t *where)
{
	struct reader reader = {.text = text, .size = size};
	struct json *value = read_value(&reader, 0);
	if (value != NULL) {
		skip_space(&reader);
		if (reader.at != size) {
			json_free(value);
			value = NULL;
		}
	}
	*where = reader.at;
	return value;
}

void json_free(struct json *value)
{
	while (value != NULL) {
		struct json *next = value->next;
		json_free(value->children);
		free(value->key);
		free(value->string);
		free(value);
		value = next;
	}
}

const struct json *json_member(const struct json *object, const char *key)
{
	if (object == NULL || object->kind != JSON_OBJECT)
		return NULL;
	for (const struct json *member = object->children; member != NULL; member = member->next)
		if (member->key != NULL && strcmp(member->key, key) == 0)
			return member;
	return NULL;
}

const char *json_string(const struct json *object, const char *key)
{
	const struct json *member = json_member(object, key);
	return member != NULL ? member->string : NULL;
}
