// A part of YAML.
#include "yaml.h"

#include "guest.h"
#include "yaml_flow.h"

#include <stdlib.h>
#include <string.h>

struct line {
	size_t indent;
	char *text; // without indentation and comment; it ends in a zero byte
};

struct reader {
	struct line *lines;
	size_t count, at;
	int depth;
};

static struct json *block(struct reader *reader, size_t indent);

// Reads a value that is on one line.
static struct json *inline_value(const char *at, int depth)
{
	if (strchr("|>&*!%@`", *at) != NULL && *at != '\0')
		return NULL;
	if (*at == '\0' || strchr("[{\"'", *at) == NULL)
		return yaml_plain(at, strlen(at));
	struct json *value = yaml_flow(&at, depth);
	yaml_skip_spaces(&at);
	if (value != NULL && *at != '\0') {
		json_free(value);
		return NULL;
	}
	return value;
}

// Returns the key of a line "KEY: VALUE" and moves behind the colon; NULL if the line has no key.
static char *line_key(const char **at)
{
	const char *start = *at;
	if (*start == '"' || *start == '\'')
		return yaml_key(at);
	if (*start == '[' || *start == '{')
		return NULL;
	for (const char *c = start; *c != '\0'; c++)
		if (*c == ':' && (c[1] == ' ' || c[1] == '\0')) {
			*at = c + 1;
			return yaml_trimmed(start, (size_t)(c - start));
		}
	return NULL;
}

static bool has_key(const char *line)
{
	char *key = line_key(&line);
	free(key);
	return key != NULL;
}

static bool is_item(const char *line)
{
	return line[0] == '-' && (line[1] == ' ' || line[1] == '\0');
}

// Reads what follows a key or a dash at the end of a line: deeper lines, or nothing.
static struct json *nested(struct reader *reader, size_t indent, bool of_key)
{
	if (reader->at < reader->count) {
		const struct line *line = &reader->lines[reader->at];
		if (line->indent > indent || (of_key && line->indent == indent && is_item(line->text)))
			return block(reader, line->indent);
	}
	return yaml_value(JSON_NULL);
}

static struct json *item(struct reader *reader, size_t indent)
{
	struct line *line = &reader->lines[reader->at];
	size_t skipped = 1 + strspn(line->text + 1, " ");
	char *content = line->text + skipped;
	if (*content == '\0') {
		reader->at++;
		return nested(reader, indent, false);
	}
	if (!is_item(content) && !has_key(content)) {
		reader->at++;
		return inline_value(content, reader->depth);
	}
	// A block that begins on the line of the dash.
	line->text = content;
	line->indent += skipped;
	return block(reader, line->indent);
}

static struct json *member(struct reader *reader, size_t indent)
{
	const char *at = reader->lines[reader->at].text;
	char *key = line_key(&at);
	if (key == NULL)
		return NULL;
	yaml_skip_spaces(&at);
	reader->at++;
	struct json *value = *at == '\0' ? nested(reader, indent, true) : inline_value(at, reader->depth);
	if (value != NULL)
		value->key = key;
	else
		free(key);
	return value;
}

static struct json *block(struct reader *reader, size_t indent)
{
	if (++reader->depth > YAML_DEPTH)
		return NULL;
	bool sequence = is_item(reader->lines[reader->at].text);
	struct json *value = yaml_value(sequence ? JSON_ARRAY : JSON_OBJECT), **tail = &value->children;
	while (reader->at < reader->count && reader->lines[reader->at].indent == indent &&
	       is_item(reader->lines[reader->at].text) == sequence) {
		struct json *child = sequence ? item(reader, indent) : member(reader, indent);
		if (child == NULL) {
			json_free(value);
			return NULL;
		}
		*tail = child;
		tail = &child->next;
	}
	reader->depth--;
	return value;
}

static void cut_comment(char *line)
{
	char quote = '\0';
	for (char *c = line; *c != '\0'; c++) {
		if (quote != '\0') {
			quote = *c == quote ? '\0' : quote;
		} else if ((*c == '"' || *c == '\'') && (c == line || strchr(" [{,:-", c[-1]) != NULL)) {
			quote = *c;
		} else if (*c == '#' && (c == line || c[-1] == ' ')) {
			*c = '\0';
			return;
		}
	}
}

// Splits a text, in place. Returns false if it has more than one document or is indented by tabs.
static bool split(char *original, struct reader *reader)
{
	char *rest = NULL;
	size_t capacity = 0;
	for (char *line = strtok_r(original, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		size_t indent = strspn(line, " ");
		cut_comment(line + indent);
		char *content = line + indent;
		for (size_t size = strlen(content); size > 0 && strchr(" \r\t", content[size - 1]) != NULL; size--)
			content[size - 1] = '\0';
		if (*content == '\0' || (reader->count == 0 && strcmp(line, "---") == 0))
			continue;
		if (*content == '\t' || strcmp(line, "---") == 0)
			return false;
		if (reader->count == capacity) {
			capacity = capacity * 2 + 64;
			struct line *grown = realloc(reader->lines, capacity * sizeof *grown);
			if (grown == NULL)
				fatal("out of memory");
			reader->lines = grown;
		}
		reader->lines[reader->count++] = (struct line){indent, content};
	}
	return reader->count > 0;
}

struct json *yaml_read(const char *original, size_t size)
{
	size_t where;
	struct json *value = json_read(original, size, &where);
	if (value != NULL || memchr(original, 0, size) != NULL)
		return value;
	struct reader reader = {0};
	char *copy = text("%.*s", (int)size, original);
	if (split(copy, &reader)) {
		const char *first = reader.lines[0].text;
		value = is_item(first) || has_key(first) ? block(&reader, reader.lines[0].indent) : NULL;
		if (value != NULL && reader.at < reader.count) {
			json_free(value);
			value = NULL;
		}
	}
	free(reader.lines);
	free(copy);
	return value;
}
