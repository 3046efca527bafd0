#include "memlog.h"

#include "moment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void memlog_open(struct memlog *log, size_t limit)
{
	*log = (struct memlog){.lines = allocate(limit * sizeof(char *)), .limit = limit};
}

// Returns the length of the UTF-8 sequence at the start of a text; 0 if there is none.
static size_t sequence(const unsigned char *c)
{
	size_t length = c[0] >= 0xC2 && c[0] < 0xE0 ? 2 : c[0] >= 0xE0 && c[0] < 0xF0 ? 3 : c[0] >= 0xF0 && c[0] < 0xF5 ? 4 : 0;
	for (size_t i = 1; i < length; i++)
		if ((c[i] & 0xC0) != 0x80)
			return 0;
	bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
	bool outside = (c[0] == 0xED && c[1] >= 0xA0) || (c[0] == 0xF4 && c[1] >= 0x90);
	return overlong || outside ? 0 : length;
}

static void append_string(struct buffer *json, const char *value)
{
	buffer_text(json, "\"");
	for (const unsigned char *c = (const unsigned char *)value; *c != '\0';) {
		char escaped[8];
		size_t length = *c < 0x80 ? 1 : sequence(c);
		if (*c == '"' || *c == '\\') {
			(void)snprintf(escaped, sizeof escaped, "\\%c", *c);
			buffer_text(json, escaped);
		} else if (*c < ' ' || *c == 0x7F) {
			(void)snprintf(escaped, sizeof escaped, "\\u%04x", *c);
			buffer_text(json, escaped);
		} else if (length == 0) {
			buffer_text(json, "\\ufffd");
			length = 1;
		} else {
			buffer_append(json, c, length);
		}
		c += length;
	}
	buffer_text(json, "\"");
}

void memlog_add(struct memlog *log, const char *source, const char *message)
{
	char *when = moment_text(moment_now(), true);
	struct buffer json = {0};
	buffer_text(&json, "{\"time\":\"");
	buffer_text(&json, when);
	buffer_text(&json, "\",\"source\":");
	append_string(&json, source);
	buffer_text(&json, ",\"msg\":");
	append_string(&json, message);
	buffer_text(&json, "}\n");
	free(when);
	char **slot = &log->lines[log->next % log->limit];
	free(*slot);
	*slot = json.data;
	log->next++;
	if (log->next - log->first > log->limit)
		log->first++;
}

const char *memlog_line(const struct memlog *log, uint64_t number)
{
	return number < log->first || number >= log->next ? NULL : log->lines[number % log->limit];
}

void memlog_close(struct memlog *log)
{
	for (size_t i = 0; i < log->limit; i++)
		free(log->lines[i]);
	free(log->lines);
}

static void end_line(struct memlog_stream *stream, struct memlog *log)
{
	buffer_text(&stream->line, ""); // the zero byte
	size_t size = stream->line.size;
	if (size > 0 && stream->line.data[size - 1] == '\r')
		stream->line.data[size - 1] = '\0';
	memlog_add(log, stream->name, stream->line.data);
	stream->line.size = 0;
}

bool memlog_read(struct memlog_stream *stream, struct memlog *log, size_t longest)
{
	char block[4096];
	ssize_t size = read(stream->fd, block, sizeof block);
	if (size < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (size <= 0) {
		if (stream->line.size > 0)
			end_line(stream, log);
		return false;
	}
	for (ssize_t i = 0; i < size; i++)
		if (block[i] == '\n')
			end_line(stream, log);
		else if (stream->line.size < longest)
			buffer_append(&stream->line, block[i] != '\0' ? &block[i] : " ", 1);
	return true;
}
