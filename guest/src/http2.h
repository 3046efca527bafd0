// A client for gRPC over HTTP/2 (RFC 9113): one connection, one unary call at a time.
#pragma once

#include "guest.h"

struct http2 {
	int fd;
	uint32_t next_stream;
	int64_t window;         // bytes we may still send on the connection
	int64_t initial_window; // and on a new stream
	uint32_t max_frame;     // bytes that the server accepts in a frame
	bool broken;            // a call failed without an answer, so no other can be made
	bool watched;           // somebody else reports when the server ends
};

struct grpc_response {
	struct buffer message;
	int status; // of gRPC; 0: success; -1: the connection failed
	char *reason;
};

// Sends the preface over a connected socket, which the caller keeps. Returns false if that fails.
bool http2_open(struct http2 *connection, int fd);
// Makes a call with `namespace` as the header containerd-namespace. After status -1 the connection
// cannot be used any more.
void http2_call(struct http2 *connection, const char *path, const char *namespace, const struct buffer *request,
		struct grpc_response *response);
void grpc_response_free(struct grpc_response *response);
