#include "protobuf.h"

#include <string.h>

enum wire { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

static void put_varint(struct buffer *message, uint64_t value)
{
	do {
		unsigned char byte = (unsigned char)(value & 0x7f);
		value >>= 7;
		if (value != 0)
			byte |= 0x80;
		buffer_append(message, &byte, 1);
	} while (value != 0);
}

void protobuf_number(struct buffer *message, unsigned field, uint64_t value)
{
	put_varint(message, (uint64_t)field << 3 | VARINT);
	put_varint(message, value);
}

void protobuf_bytes(struct buffer *message, unsigned field, const void *data, size_t size)
{
	put_varint(message, (uint64_t)field << 3 | BYTES);
	put_varint(message, size);
	buffer_append(message, data, size);
}

void protobuf_text(struct buffer *message, unsigned field, const char *value)
{
	if (*value != '\0')
		protobuf_bytes(message, field, value, strlen(value));
}

void protobuf_time(struct buffer *message, unsigned field, const struct timespec *time)
{
	struct buffer value = {0};
	if (time->tv_sec == 0)
		return;
	protobuf_number(&value, 1, (uint64_t)time->tv_sec);
	protobuf_number(&value, 2, (uint64_t)time->tv_nsec);
	protobuf_bytes(message, field, value.data, value.size);
	buffer_free(&value);
}

static bool get_varint(struct protobuf_reader *reader, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 64 && reader->size > 0; shift += 7) {
		unsigned char byte = (unsigned char)*reader->data;
		reader->data++;
		reader->size--;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

static bool skip(struct protobuf_reader *reader, uint64_t size)
{
	if (size > reader->size)
		return false;
	reader->data += size;
	reader->size -= (size_t)size;
	return true;
}

static bool read_field(struct protobuf_reader *reader, struct protobuf_field *field)
{
	uint64_t tag, size;
	if (!get_varint(reader, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
		return false;
	*field = (struct protobuf_field){.number = (unsigned)(tag >> 3)};
	switch (tag & 7) {
	case VARINT: return get_varint(reader, &field->value);
	case FIXED64: return skip(reader, 8);
	case FIXED32: return skip(reader, 4);
	case BYTES:
		if (!get_varint(reader, &size))
			return false;
		field->data = reader->data;
		field->size = (size_t)size;
		return skip(reader, size);
	default: return false;
	}
}

bool protobuf_next(struct protobuf_reader *reader, struct protobuf_field *field)
{
	if (reader->broken || reader->size == 0)
		return false;
	reader->broken = !read_field(reader, field);
	return !reader->broken;
}

uint64_t protobuf_find_number(const struct buffer *message, unsigned number)
{
	struct protobuf_reader reader = {.data = message->data, .size = message->size};
	struct protobuf_field field;
	uint64_t value = 0;
	while (protobuf_next(&reader, &field))
		if (field.number == number)
			value = field.value;
	return value;
}
