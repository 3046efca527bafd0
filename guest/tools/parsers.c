// What providers give: keys, settings, encoded data. Nothing of it is trusted.
#include "metadata.h"

#include "json.h"

#include <stdlib.h>
#include <string.h>

static void add_line(struct buffer *out, const char *start, size_t size)
{
	while (size > 0 && (start[size - 1] == '\r' || start[size - 1] == ' '))
		size--;
	if (size > 0) {
		buffer_append(out, start, size);
		buffer_text(out, "\n");
	}
}

void parse_key_lines(const char *lines, struct buffer *keys)
{
	for (const char *line = lines; *line != '\0';) {
		size_t size = strcspn(line, "\n");
		add_line(keys, line, size);
		line += size + (line[size] != '\0');
	}
}

void parse_gcp_keys(const char *lines, struct buffer *keys)
{
	for (const char *line = lines; *line != '\0';) {
		size_t size = strcspn(line, "\n");
		const char *colon = memchr(line, ':', size);
		if (colon != NULL)
			add_line(keys, colon + 1, size - (size_t)(colon + 1 - line));
		line += size + (line[size] != '\0');
	}
}

char *parse_setting(const char *lines, const char *key, char separator)
{
	size_t length = strlen(key);
	for (const char *line = lines; *line != '\0';) {
		size_t size = strcspn(line, "\n");
		if (size > length && strncmp(line, key, length) == 0 && line[length] == separator) {
			char *value = text("%.*s", (int)(size - length - 1), line + length + 1), *start = trim(value);
			size_t end = strlen(start);
			memmove(value, start, end + 1);
			if (end >= 2 && (value[0] == '\'' || value[0] == '"') && value[end - 1] == value[0]) {
				memmove(value, value + 1, end - 2);
				value[end - 2] = '\0';
			}
			return value;
		}
		line += size + (line[size] != '\0');
	}
	return NULL;
}

void parse_key_array(const char *json, size_t size, struct buffer *keys)
{
	size_t where;
	struct json *value = json_read(json, size, &where);
	if (value != NULL && value->kind == JSON_ARRAY)
		for (const struct json *key = value->children; key != NULL; key = key->next)
			if (key->kind == JSON_STRING)
				parse_key_lines(key->string, keys);
	json_free(value);
}

bool parse_base64(const char *encoded, struct buffer *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, count = 0;
	buffer_append(out, "", 0);
	for (; *encoded != '\0' && *encoded != '='; encoded++) {
		if (*encoded == '\n' || *encoded == '\r')
			continue;
		const char *digit = strchr(digits, *encoded);
		if (digit == NULL)
			return false;
		bits = (bits << 6 | (unsigned)(digit - digits)) & 0xffffff;
		if (++count % 4 != 1)
			buffer_append(out, &(char){(char)(bits >> (6 - 2 * ((count - 1) % 4)))}, 1);
	}
	return count % 4 != 1 && encoded[strspn(encoded, "=\r\n")] == '\0';
}
