// The part of the Protocol Buffers wire format that calls to containerd need.
#pragma once

#include "guest.h"

#include <time.h>

void protobuf_number(struct buffer *message, unsigned field, uint64_t value);
void protobuf_bytes(struct buffer *message, unsigned field, const void *data, size_t size);
void protobuf_text(struct buffer *message, unsigned field, const char *value); // omitted if ""
// Appends a google.protobuf.Timestamp, omitted if its seconds are 0.
void protobuf_time(struct buffer *message, unsigned field, const struct timespec *time);

// One field of a message being read.
struct protobuf_field {
	unsigned number;
	uint64_t value;   // of a number, else 0
	const char *data; // of bytes, else NULL; points into the message
	size_t size;
};

struct protobuf_reader {
	const char *data;
	size_t size;
	bool broken; // the message is malformed
};

// Reads the next field. Returns false at the end or if the rest is malformed.
bool protobuf_next(struct protobuf_reader *reader, struct protobuf_field *field);
// Returns the last value of a numeric field of a message; 0 if it is missing.
uint64_t protobuf_find_number(const struct buffer *message, unsigned field);
