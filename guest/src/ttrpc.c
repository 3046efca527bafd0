#include "ttrpc.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 10

static uint32_t number(const char *data)
{
	const unsigned char *bytes = (const unsigned char *)data;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

ssize_t ttrpc_read(const char *data, size_t size, struct ttrpc_frame *frame)
{
	if (size < HEADER)
		return 0;
	const uint32_t length = number(data);
	const unsigned char kind = (unsigned char)data[8];
	if (length > TTRPC_LIMIT || (kind != TTRPC_REQUEST && kind != TTRPC_RESPONSE))
		return -1;
	if (size - HEADER < length)
		return 0;
	*frame = (struct ttrpc_frame){
		.stream = number(data + 4),
		.kind = kind,
		.message = {.data = (char *)(uintptr_t)(data + HEADER), .size = length},
	};
	return HEADER + (ssize_t)length;
}

static char *field_text(const struct protobuf_field *field)
{
	return memchr(field->data, '\0', field->size) == NULL ? text("%.*s", (int)field->size, field->data) : copy_text("");
}

char *protobuf_find_text(const struct buffer *message, unsigned number)
{
	struct protobuf_reader reader = {.data = message->data, .size = message->size};
	struct protobuf_field field;
	char *found = copy_text("");
	while (protobuf_next(&reader, &field))
		if (field.number == number && field.data != NULL) {
			free(found);
			found = field_text(&field);
		}
	return found;
}

bool ttrpc_request_read(const struct ttrpc_frame *frame, struct ttrpc_request *request)
{
	*request = (struct ttrpc_request){
		.stream = frame->stream,
		.service = protobuf_find_text(&frame->message, 1),
		.method = protobuf_find_text(&frame->message, 2),
	};
	struct protobuf_reader reader = {.data = frame->message.data, .size = frame->message.size};
	struct protobuf_field field;
	while (protobuf_next(&reader, &field))
		if (field.number == 3 && field.data != NULL)
			request->payload = (struct buffer){.data = (char *)(uintptr_t)field.data, .size = field.size};
	return !reader.broken && frame->kind == TTRPC_REQUEST;
}

void ttrpc_request_free(struct ttrpc_request *request)
{
	free(request->service);
	free(request->method);
}

static void put_number(struct buffer *out, size_t value)
{
	const unsigned char bytes[] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
				       (unsigned char)(value >> 8), (unsigned char)value};
	buffer_append(out, bytes, sizeof bytes);
}

// Appends a frame and frees the message.
static void put_frame(struct buffer *out, uint32_t stream, enum ttrpc_kind kind, struct buffer *message)
{
	put_number(out, message->size);
	put_number(out, stream);
	buffer_append(out, (const char[]){(char)kind, 0}, 2);
	if (message->size > 0)
		buffer_append(out, message->data, message->size);
	buffer_free(message);
}

static void put_payload(struct buffer *message, unsigned field, const struct buffer *payload)
{
	if (payload != NULL && payload->size > 0)
		protobuf_bytes(message, field, payload->data, payload->size);
}

void ttrpc_request_write(struct buffer *out, uint32_t stream, const char *service, const char *method,
			 const struct buffer *payload)
{
	struct buffer message = {0};
	protobuf_text(&message, 1, service);
	protobuf_text(&message, 2, method);
	put_payload(&message, 3, payload);
	put_frame(out, stream, TTRPC_REQUEST, &message);
}

void ttrpc_response_write(struct buffer *out, uint32_t stream, enum ttrpc_status status, const char *reason,
			  const struct buffer *payload)
{
	struct buffer message = {0}, why = {0};
	if (status != TTRPC_OK) {
		protobuf_number(&why, 1, status);
		protobuf_text(&why, 2, reason != NULL ? reason : "");
		protobuf_bytes(&message, 1, why.data, why.size);
		buffer_free(&why);
	} else {
		put_payload(&message, 2, payload);
	}
	put_frame(out, stream, TTRPC_RESPONSE, &message);
}
