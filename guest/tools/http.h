// HTTP/1.1 for metadata services: one request a connection, bounded in time and size.
#pragma once

#include "guest.h"

struct http_server {
	const char *address; // an IPv4 address, or a name that is looked up
	const char *host;    // of the header; NULL: the address
	unsigned port;
};

struct http_request {
	const char *method; // NULL: GET
	const char *path;
	const char *header; // one more line, without its end; NULL: none
	size_t limit;       // of the body, in bytes
	bool privileged;    // from a source port below 1024
};

// The answers that matter here. Redirects are never followed: they count as OTHER.
enum http_result { HTTP_OK, HTTP_NOT_FOUND, HTTP_OTHER, HTTP_FAILED };

#define HTTP_HEADERS 16384 // bytes

// Milliseconds of a clock that only goes forward.
long long http_now(void);
// Sends a request and reads the answer until `deadline`, a value of http_now. With HTTP_OK, `body` has the
// body, which the caller frees; otherwise it is empty.
enum http_result http_send(const struct http_server *server, const struct http_request *request, long long deadline,
			   struct buffer *body);

// Reads a response. Returns false if it is incomplete; `ended` says that no more will follow. Otherwise
// `result` is set, and the body appended if that is HTTP_OK.
bool http_parse(const char *data, size_t size, bool ended, size_t limit, enum http_result *result,
		struct buffer *body);
