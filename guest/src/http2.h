// The client's side of gRPC over HTTP/2 (RFC 9113): one connection, one unary call at a time.
#pragma once

#include "guest.h"

struct http2 {
	int fd;
	uint32_t next_stream;
	int64_t window;         // bytes we may still send on the connection
	int64_t initial_window; // and on a new stream
	uint32_t max_frame;     // bytes the server takes in a frame
};

struct grpc_answer {
	struct buffer message;
	int status; // 0: fine; -1: the connection failed
	char *reason;
};

// Greets the server on a connected socket, which the connection does not own. False with a broken socket.
bool http2_open(struct http2 *connection, int fd);
// Makes a call. `name_space` becomes the header containerd-namespace. After status -1 the connection is useless.
void http2_call(struct http2 *connection, const char *path, const char *name_space, const struct buffer *request,
		struct grpc_answer *answer);
void grpc_answer_free(struct grpc_answer *answer);
