// Responses of HTTP/1.1, whose sender is not trusted.
#include "http.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct head {
	int status;
	bool chunked, has_length;
	size_t length, size; // of the body; of the head itself
};

static bool digits(const char *start, const char *end, int base, size_t *value)
{
	*value = 0;
	if (start == end)
		return false;
	for (; start < end; start++) {
		const unsigned char c = (unsigned char)*start;
		int digit = isdigit(c) ? c - '0' : base == 16 && isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
		if (digit < 0 || *value > (size_t)1 << 40)
			return false;
		*value = *value * (size_t)base + (size_t)digit;
	}
	return true;
}

// Reads one field. Returns false if it makes the length of the body uncertain.
static bool read_field(const char *line, const char *end, struct head *head)
{
	const char *colon = memchr(line, ':', (size_t)(end - line));
	if (colon == NULL)
		return true;
	size_t name = (size_t)(colon - line);
	const char *value = colon + 1;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	if (name == 14 && strncasecmp(line, "content-length", name) == 0) {
		size_t length;
		if (!digits(value, end, 10, &length) || (head->has_length && head->length != length))
			return false;
		head->has_length = true;
		head->length = length;
	}
	if (name == 17 && strncasecmp(line, "transfer-encoding", name) == 0) {
		if (end - value != 7 || strncasecmp(value, "chunked", 7) != 0)
			return false;
		head->chunked = true;
	}
	return true;
}

enum reading { COMPLETE, INCOMPLETE, MALFORMED };

static enum reading read_head(const char *data, size_t size, struct head *head)
{
	const char *line = data, *limit = data + size;
	for (bool first = true;; first = false) {
		const char *end = memchr(line, '\n', (size_t)(limit - line));
		if ((end == NULL ? size : (size_t)(end - data)) >= HTTP_HEADERS)
			return MALFORMED;
		if (end == NULL)
			return INCOMPLETE;
		size_t status;
		if (first) {
			if (end - line < 12 || strncmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ' ||
			    !digits(line + 9, line + 12, 10, &status))
				return MALFORMED;
			head->status = (int)status;
		} else if (end == line || (end == line + 1 && *line == '\r')) {
			head->size = (size_t)(end + 1 - data);
			return COMPLETE;
		} else if (!read_field(line, end, head)) {
			return MALFORMED;
		}
		line = end + 1;
	}
}

static enum reading read_chunks(const char *data, size_t size, size_t limit, struct buffer *body)
{
	const char *end = data + size;
	for (;;) {
		const char *line = memchr(data, '\n', (size_t)(end - data));
		if (line == NULL)
			return end - data > 256 ? MALFORMED : INCOMPLETE;
		const char *last = data;
		while (last < line && *last != ';' && *last != '\r' && *last != ' ')
			last++;
		size_t length;
		if (!digits(data, last, 16, &length) || length > limit - body->size)
			return MALFORMED;
		if (length == 0)
			return COMPLETE;
		data = line + 1;
		if ((size_t)(end - data) < length + 2)
			return INCOMPLETE;
		buffer_append(body, data, length);
		data += length;
		if (data[0] != '\r' || data[1] != '\n')
			return MALFORMED;
		data += 2;
	}
}

static enum reading read_body(const struct head *head, const char *data, size_t size, bool ended, size_t limit,
			      struct buffer *body)
{
	if (head->chunked)
		return read_chunks(data, size, limit, body);
	if (head->has_length ? head->length > limit : size > limit)
		return MALFORMED;
	if (head->has_length ? size < head->length : !ended)
		return INCOMPLETE;
	buffer_append(body, data, head->has_length ? head->length : size);
	return COMPLETE;
}

bool http_parse(const char *data, size_t size, bool ended, size_t limit, enum http_result *result,
		struct buffer *body)
{
	struct head head = {0};
	*result = HTTP_FAILED;
	enum reading reading = read_head(data, size, &head);
	if (reading == COMPLETE && head.status != 200) {
		*result = head.status == 404 ? HTTP_NOT_FOUND : HTTP_OTHER;
		return true;
	}
	struct buffer read = {0};
	buffer_append(&read, "", 0);
	if (reading == COMPLETE)
		reading = read_body(&head, data + head.size, size - head.size, ended, limit, &read);
	if (reading == COMPLETE) {
		buffer_append(body, read.data, read.size);
		*result = HTTP_OK;
	}
	buffer_free(&read);
	return reading != INCOMPLETE || ended;
}
