// Replaces read_file: files are parts of the input.
#include "fuzz.h"

#include <errno.h>
#include <string.h>

static const char *input;
static size_t input_size;

bool __wrap_read_file(const char *path, size_t limit, struct buffer *out);

void set_files(const uint8_t *data, size_t size)
{
	input = (const char *)data;
	input_size = size;
}

static const char *end_of_line(const char *start, const char *end)
{
	const char *found = memchr(start, '\n', (size_t)(end - start));
	return found != NULL ? found : end;
}

bool __wrap_read_file(const char *path, size_t limit, struct buffer *out)
{
	const char *start = input, *end = input + input_size;
	bool divided = input_size >= 4 && memcmp(input, "=== ", 4) == 0, found = !divided;
	for (const char *line = input; divided && line < end;) {
		const char *line_end = end_of_line(line, end), *next = line_end < end ? line_end + 1 : end;
		if (line_end - line >= 4 && memcmp(line, "=== ", 4) == 0) {
			if (found) {
				end = line;
				break;
			}
			size_t length = (size_t)(line_end - line) - 4;
			found = length == strlen(path) && memcmp(line + 4, path, length) == 0;
			start = next;
		}
		line = next;
	}
	buffer_append(out, "", 0);
	if (!found || (size_t)(end - start) > limit) {
		errno = found ? EFBIG : ENOENT;
		return false;
	}
	buffer_append(out, start, (size_t)(end - start));
	return true;
}
