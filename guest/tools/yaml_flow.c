// The parts of YAML that are on one line.
#include "yaml_flow.h"

#include "guest.h"

#include <stdlib.h>
#include <string.h>

struct json *yaml_value(enum json_kind kind)
{
	struct json *value = allocate(sizeof *value);
	value->kind = kind;
	return value;
}

char *yaml_trimmed(const char *start, size_t size)
{
	while (size > 0 && start[size - 1] == ' ')
		size--;
	while (size > 0 && *start == ' ') {
		start++;
		size--;
	}
	return text("%.*s", (int)size, start);
}

struct json *yaml_plain(const char *start, size_t size)
{
	struct json *value = yaml_value(JSON_STRING);
	value->string = yaml_trimmed(start, size);
	return value;
}

// Reads a scalar in quotes, and moves behind it. Returns NULL if it does not end or has an escape other than
// those of one character.
static char *quoted(const char **at)
{
	const char quote = *(*at)++;
	struct buffer out = {0};
	buffer_text(&out, "");
	for (const char *c = *at; *c != '\0'; c++) {
		char next = *c;
		if (next == quote && !(quote == '\'' && c[1] == quote)) {
			*at = c + 1;
			return out.data;
		}
		if (next == quote) {
			c++;
		} else if (next == '\\' && quote == '"') {
			static const char escapes[] = "\"\\/nt", meanings[] = "\"\\/\n\t";
			const char *escape = c[1] != '\0' ? strchr(escapes, *++c) : NULL;
			if (escape == NULL)
				break;
			next = meanings[escape - escapes];
		}
		buffer_append(&out, &next, 1);
	}
	buffer_free(&out);
	return NULL;
}

void yaml_skip_spaces(const char **at)
{
	while (**at == ' ')
		(*at)++;
}

static bool ends_plain(const char *c)
{
	return *c == '\0' || strchr(",]}", *c) != NULL || (*c == ':' && (c[1] == ' ' || c[1] == '\0'));
}

char *yaml_key(const char **at)
{
	char *key;
	if (**at == '"' || **at == '\'') {
		key = quoted(at);
	} else {
		const char *start = *at;
		while (!ends_plain(*at))
			(*at)++;
		key = yaml_trimmed(start, (size_t)(*at - start));
	}
	yaml_skip_spaces(at);
	if (key != NULL && **at == ':') {
		(*at)++;
		return key;
	}
	free(key);
	return NULL;
}

// Reads a sequence or mapping from its first bracket.
static struct json *collection(const char **at, int depth)
{
	const bool mapping = *(*at)++ == '{';
	const char end = mapping ? '}' : ']';
	struct json *value = yaml_value(mapping ? JSON_OBJECT : JSON_ARRAY), **tail = &value->children;
	for (yaml_skip_spaces(at); **at != end; yaml_skip_spaces(at)) {
		char *key = mapping ? yaml_key(at) : NULL;
		yaml_skip_spaces(at);
		struct json *child = mapping && key == NULL ? NULL : yaml_flow(at, depth + 1);
		if (child == NULL) {
			free(key);
			json_free(value);
			return NULL;
		}
		child->key = key;
		*tail = child;
		tail = &child->next;
		yaml_skip_spaces(at);
		if (**at == ',') {
			(*at)++;
		} else if (**at != end) {
			json_free(value);
			return NULL;
		}
	}
	(*at)++;
	return value;
}

struct json *yaml_flow(const char **at, int depth)
{
	if (depth > YAML_DEPTH)
		return NULL;
	if (**at == '[' || **at == '{')
		return collection(at, depth);
	if (**at == '"' || **at == '\'') {
		char *string = quoted(at);
		struct json *value = string != NULL ? yaml_value(JSON_STRING) : NULL;
		if (value != NULL)
			value->string = string;
		return value;
	}
	const char *start = *at;
	while (!ends_plain(*at))
		(*at)++;
	return yaml_plain(start, (size_t)(*at - start));
}
