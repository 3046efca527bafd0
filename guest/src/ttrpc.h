// ttrpc, the protocol between containerd and its shims: frames of ten bytes and a message in Protocol
// Buffers, over a connected socket. Only calls with one request and one response are used.
#pragma once

#include "protobuf.h"

#define TTRPC_LIMIT (4 << 20) // bytes of a message

enum ttrpc_kind { TTRPC_REQUEST = 1, TTRPC_RESPONSE = 2 };

// Status codes, as gRPC has them.
enum ttrpc_status {
	TTRPC_OK = 0,
	TTRPC_UNKNOWN = 2,
	TTRPC_INVALID = 3,
	TTRPC_NOT_FOUND = 5,
	TTRPC_EXISTS = 6,
	TTRPC_PRECONDITION = 9,
	TTRPC_UNIMPLEMENTED = 12
};

struct ttrpc_frame {
	uint32_t stream;
	enum ttrpc_kind kind;
	struct buffer message; // points into what was read
};

// Reads a frame from the beginning of what was received. Returns the bytes that it takes, 0 if it is not
// complete yet, or -1 if this is not ttrpc.
ssize_t ttrpc_read(const char *data, size_t size, struct ttrpc_frame *frame);

struct ttrpc_request {
	uint32_t stream;
	char *service, *method;
	struct buffer payload; // points into the frame
};

// Reads the request in a frame. Returns false if it is malformed. The request must be freed in any case.
bool ttrpc_request_read(const struct ttrpc_frame *frame, struct ttrpc_request *request);
void ttrpc_request_free(struct ttrpc_request *request);

// Append a frame with a request or a response.
void ttrpc_request_write(struct buffer *out, uint32_t stream, const char *service, const char *method,
			 const struct buffer *payload);
void ttrpc_response_write(struct buffer *out, uint32_t stream, enum ttrpc_status status, const char *reason,
			  const struct buffer *payload);

// Returns a text field of a message, "" if it is missing or has a zero byte; to be freed by the caller.
char *protobuf_find_text(const struct buffer *message, unsigned field);
