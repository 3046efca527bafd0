#include "disk_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

uint32_t little_endian_32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint64_t little_endian_64(const unsigned char *bytes)
{
	return little_endian_32(bytes) | (uint64_t)little_endian_32(bytes + 4) << 32;
}

void uuid_text(const unsigned char *id, char text[UUID_SIZE])
{
	(void)snprintf(text, UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", id[0], id[1],
		       id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
}

static char *put_utf8(char *out, uint32_t code)
{
	if (code < 0x80) {
		*out++ = (char)code;
	} else if (code < 0x800) {
		*out++ = (char)(0xc0 | code >> 6);
		*out++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*out++ = (char)(0xe0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
		*out++ = (char)(0x80 | (code & 0x3f));
	} else {
		*out++ = (char)(0xf0 | code >> 18);
		*out++ = (char)(0x80 | (code >> 12 & 0x3f));
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
		*out++ = (char)(0x80 | (code & 0x3f));
	}
	return out;
}

static uint32_t unit_at(const unsigned char *data, size_t index)
{
	return data[2 * index] | (uint32_t)data[2 * index + 1] << 8;
}

void utf16_text(const unsigned char *data, size_t units, char *out)
{
	for (size_t i = 0; i < units && unit_at(data, i) != 0; i++) {
		uint32_t code = unit_at(data, i), low = i + 1 < units ? unit_at(data, i + 1) : 0;
		if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			i++;
		} else if (code >= 0xd800 && code < 0xe000) {
			code = 0xfffd; // half of a pair
		}
		out = put_utf8(out, code);
	}
	*out = '\0';
}

static bool harmless(unsigned char c)
{
	return isalnum(c) || (c != '\0' && strchr("#+-.:=@_", c) != NULL);
}

// Returns the length of the UTF-8 character of more than one byte at the start of a text; 0 if there is none.
static size_t utf8_length(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t length = c[0] >= 0xc2 && c[0] < 0xe0 ? 2 : (c[0] & 0xf0) == 0xe0 ? 3 : c[0] >= 0xf0 && c[0] < 0xf5 ? 4 : 0;
	for (size_t i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
	bool outside = (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf4 && c[1] > 0x8f);
	return overlong || outside ? 0 : length;
}

char *encoded_label(const char *label)
{
	struct buffer out = {0};
	buffer_text(&out, "");
	while (*label != '\0') {
		size_t length = harmless((unsigned char)*label) ? 1 : utf8_length(label);
		if (length > 0) {
			buffer_append(&out, label, length);
			label += length;
		} else {
			char code[8];
			(void)snprintf(code, sizeof code, "\\x%02x", (unsigned char)*label++);
			buffer_text(&out, code);
		}
	}
	return out.data;
}

char *plain_name(const char *value)
{
	char *trimmed = copy_text(value), *name = trim(trimmed), *out = trimmed;
	for (; *name != '\0'; name++) {
		bool space = isspace((unsigned char)*name);
		if (space && isspace((unsigned char)name[1]))
			continue;
		*out++ = harmless((unsigned char)*name) ? *name : '_';
	}
	*out = '\0';
	return trimmed;
}
