#include "specification.h"
#include "json.h"
#include "restrict.h"

#include <stdio.h>
#include <stdlib.h>

#define LIMIT (16 << 20)

struct specification {
	char *file;
	struct buffer content;
	struct json *whole; // NULL: not JSON
};

static void open_specification(struct specification *specification, const char *bundle)
{
	*specification = (struct specification){.file = text("%s/config.json", bundle)};
	size_t where = 0;
	if (!read_file(specification->file, LIMIT, &specification->content)) {
		say_errno("%s", specification->file);
		return;
	}
	specification->whole = json_read(specification->content.data, specification->content.size, &where);
	if (specification->whole == NULL)
		say("%s: not JSON (byte %zu)", specification->file, where);
}

static void close_specification(struct specification *specification)
{
	json_free(specification->whole);
	buffer_free(&specification->content);
	free(specification->file);
}

static void copy(const struct specification *specification, size_t from, size_t to, struct buffer *out)
{
	buffer_append(out, specification->content.data + from, to - from);
}

// Appends a text as a JSON string.
static void quote(struct buffer *out, const char *string)
{
	buffer_text(out, "\"");
	for (const char *c = string; *c != '\0'; c++) {
		char escaped[8];
		snprintf(escaped, sizeof escaped, (unsigned char)*c < 0x20 ? "\\u%04x" : *c == '"' || *c == '\\' ? "\\%c" : "%c",
			 *c);
		buffer_text(out, escaped);
	}
	buffer_text(out, "\"");
}

static void quote_path(struct buffer *out, const char *bundle)
{
	char *root = text("%s/rootfs", bundle);
	quote(out, root);
	free(root);
}

// Copies a part of the file and adds the score to the process if it is in that part.
static void copy_with_score(const struct specification *specification, size_t from, size_t to, struct buffer *out)
{
	const struct json *process = json_member(specification->whole, "process");
	const bool there = process != NULL && process->kind == JSON_OBJECT && process->children != NULL &&
			   json_member(process, "oomScoreAdj") == NULL && process->start >= from && process->start < to;
	if (there) {
		copy(specification, from, process->start + 1, out);
		buffer_text(out, "\"oomScoreAdj\":0,");
		from = process->start + 1;
	}
	copy(specification, from, to, out);
}

bool specification_read(const char *bundle, struct buffer *out)
{
	struct specification specification;
	open_specification(&specification, bundle);
	const struct json *path = json_member(json_member(specification.whole, "root"), "path");
	if (path != NULL) {
		copy_with_score(&specification, 0, path->start, out);
		quote_path(out, bundle);
		copy_with_score(&specification, path->end, specification.content.size, out);
		(void)restrict_container(out, bundle);
	} else if (specification.whole != NULL) {
		say("%s: root.path is missing", specification.file);
	}
	close_specification(&specification);
	return path != NULL;
}

bool specification_process(const char *bundle, const struct strings *command, struct buffer *out)
{
	struct specification specification;
	open_specification(&specification, bundle);
	const struct json *process = json_member(specification.whole, "process");
	const struct json *arguments = json_member(process, "args");
	if (arguments != NULL) {
		copy(&specification, process->start, arguments->start, out);
		for (size_t i = 0; i < command->count; i++) {
			buffer_text(out, i == 0 ? "[" : ",");
			quote(out, command->items[i]);
		}
		buffer_text(out, "]");
		copy(&specification, arguments->end, process->end, out);
	} else if (specification.whole != NULL) {
		say("%s: process.args is missing", specification.file);
	}
	close_specification(&specification);
	return arguments != NULL;
}
