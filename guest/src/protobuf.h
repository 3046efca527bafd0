// Protocol Buffers wire format: what the calls to containerd need of it.
#pragma once

#include "guest.h"

void protobuf_number(struct buffer *message, unsigned field, uint64_t value);
void protobuf_bytes(struct buffer *message, unsigned field, const void *data, size_t size);
void protobuf_text(struct buffer *message, unsigned field, const char *value); // nothing when ""

// One field of a message that is read.
struct protobuf_field {
	unsigned number;
	uint64_t value;   // of a number, else 0
	const char *data; // of bytes, else NULL; lies in the message
	size_t size;
};

struct protobuf_reader {
	const char *data;
	size_t size;
	bool broken; // the message is not well-formed
};

// Takes the next field; false at the end or when the rest is broken.
bool protobuf_next(struct protobuf_reader *reader, struct protobuf_field *field);
// The last number with that field in a message, 0 without one.
uint64_t protobuf_find_number(const struct buffer *message, unsigned field);
