#include "http2.h"
#include "hpack.h"
#include "http2_frame.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DEFAULT_WINDOW 65535
#define MESSAGE_LIMIT (32 << 20) // of a response
#define HEADERS_LIMIT (256 << 10)

// A call in progress.
struct call {
	struct http2 *connection;
	struct grpc_response *response;
	uint32_t stream;
	int64_t window; // bytes we may still send on the stream
	struct buffer headers, body;
	unsigned http_status;
	int grpc_status; // -1: not seen
	bool ended;      // the server has sent everything
};

static bool fail(struct call *call, const char *reason)
{
	if (call->response->reason == NULL)
		call->response->reason = copy_text(reason);
	return false;
}

static bool send_frame(const struct http2 *connection, unsigned kind, unsigned flags, uint32_t stream, const void *data,
		       size_t size)
{
	return frame_send(connection->fd, kind, flags, stream, data, size);
}

static bool send_window_update(const struct http2 *connection, uint32_t stream, size_t size)
{
	char increment[4];
	put_big_endian(increment, (uint32_t)size);
	return size == 0 || send_frame(connection, WINDOW_UPDATE, 0, stream, increment, sizeof increment);
}

static bool receive_frame(struct call *call, struct frame *frame)
{
	const char *reason = frame_receive(call->connection->fd, frame);
	return reason == NULL || fail(call, reason);
}

static int number(const struct buffer *text)
{
	char *end;
	long value = strtol(text->data, &end, 10);
	return end == text->data || *end != '\0' || value < 0 || value > 9999 ? 9999 : (int)value;
}

static void take_header(unsigned index, const struct buffer *name, const struct buffer *value, void *context)
{
	struct call *call = context;
	static const unsigned statuses[] = {200, 204, 206, 304, 400, 404, 500}; // entries 8 to 14: :status
	if (index >= 8 && index < 8 + COUNT(statuses))
		call->http_status = value != NULL ? (unsigned)number(value) : statuses[index - 8];
	if (index != 0 || value == NULL)
		return;
	if (strcmp(name->data, "grpc-status") == 0)
		call->grpc_status = number(value);
	if (strcmp(name->data, "grpc-message") == 0 && call->response->reason == NULL)
		call->response->reason = copy_text(value->data);
}

// Finds the payload of a frame of headers or data, without padding and priority.
static bool payload(struct call *call, const struct frame *frame, const char **data, size_t *size)
{
	size_t before = 0, after = 0;
	if ((frame->flags & PADDED) != 0) {
		if (frame->size == 0)
			return fail(call, "a frame's padding is invalid");
		before = 1;
		after = (unsigned char)frame->data[0];
	}
	if (frame->kind == HEADERS && (frame->flags & WITH_PRIORITY) != 0)
		before += 5;
	if (before + after > frame->size)
		return fail(call, "a frame's padding is invalid");
	*data = frame->data + before;
	*size = frame->size - before - after;
	return true;
}

static bool take_headers(struct call *call, struct frame *frame)
{
	const char *data;
	size_t size;
	bool last = (frame->flags & END_STREAM) != 0;
	call->headers.size = 0;
	if (!payload(call, frame, &data, &size))
		return false;
	buffer_append(&call->headers, data, size);
	while ((frame->flags & END_HEADERS) == 0) {
		if (!receive_frame(call, frame))
			return false;
		if (frame->kind != CONTINUATION || frame->stream != call->stream ||
		    call->headers.size + frame->size > HEADERS_LIMIT)
			return fail(call, "headers are truncated or too long");
		buffer_append(&call->headers, frame->data, frame->size);
	}
	call->ended |= last;
	return hpack_read(call->headers.data, call->headers.size, take_header, call) ||
	       fail(call, "invalid headers");
}

static bool take_data(struct call *call, const struct frame *frame)
{
	const char *data;
	size_t size;
	if (!payload(call, frame, &data, &size))
		return false;
	if (call->body.size + size > MESSAGE_LIMIT)
		return fail(call, "the response is too long");
	buffer_append(&call->body, data, size);
	call->ended |= (frame->flags & END_STREAM) != 0;
	return (send_window_update(call->connection, 0, frame->size) &&
		(call->ended || send_window_update(call->connection, call->stream, frame->size))) ||
	       fail(call, "the connection broke");
}

static bool take_settings(struct call *call, const struct frame *frame)
{
	if ((frame->flags & ACK) != 0)
		return true;
	if (frame->size % 6 != 0)
		return fail(call, "settings are truncated");
	for (size_t at = 0; at < frame->size; at += 6) {
		unsigned setting = big_endian(frame->data + at) >> 16;
		uint32_t value = big_endian(frame->data + at + 2);
		if (setting == INITIAL_WINDOW_SIZE) {
			if (value > INT_MAX)
				return fail(call, "a window is too large");
			call->window += (int64_t)value - call->connection->initial_window;
			call->connection->initial_window = value;
		} else if (setting == MAX_FRAME_SIZE) {
			if (value < DEFAULT_FRAME || value > FRAME_LIMIT)
				return fail(call, "a frame size is out of range");
			call->connection->max_frame = value;
		}
	}
	if (call->window > INT_MAX)
		return fail(call, "a window is too large");
	return send_frame(call->connection, SETTINGS, ACK, 0, NULL, 0) || fail(call, "the connection broke");
}

// Receives and handles one frame.
static bool serve(struct call *call)
{
	static struct frame frame; // static because it is large; there is one call at a time
	if (!receive_frame(call, &frame))
		return false;
	bool ours = frame.stream == call->stream;
	switch (frame.kind) {
	case DATA: return ours ? take_data(call, &frame) : fail(call, "data for an unknown call");
	case HEADERS: return ours ? take_headers(call, &frame) : fail(call, "headers for an unknown call");
	case RESET: return ours ? fail(call, "the server cancelled the call") : true;
	case SETTINGS: return take_settings(call, &frame);
	case PING:
		if (frame.size != 8)
			return fail(call, "a ping has the wrong size");
		return (frame.flags & ACK) != 0 || send_frame(call->connection, PING, ACK, 0, frame.data, frame.size) ||
		       fail(call, "the connection broke");
	case GO_AWAY: return fail(call, "the server closes the connection");
	case WINDOW_UPDATE:
		if (frame.size != 4)
			return fail(call, "a window update is truncated");
		if (frame.stream == 0)
			call->connection->window += big_endian(frame.data) & 0x7fffffff;
		else if (ours)
			call->window += big_endian(frame.data) & 0x7fffffff;
		return call->window <= INT_MAX && call->connection->window <= INT_MAX ? true
										     : fail(call, "a window is too large");
	case PUSH: return fail(call, "the server pushes a stream");
	default: return true; // unknown kinds must be ignored
	}
}

static bool send_request(struct call *call, const struct buffer *message)
{
	struct buffer body = {0};
	char prefix[5] = {0};
	put_big_endian(prefix + 1, (uint32_t)message->size);
	buffer_append(&body, prefix, sizeof prefix);
	buffer_append(&body, message->data, message->size);
	bool sent = true;
	for (size_t done = 0; sent && done < body.size && !call->ended;) {
		int64_t room = body.size - done < call->connection->max_frame ? (int64_t)(body.size - done)
									      : (int64_t)call->connection->max_frame;
		room = room < call->window ? room : call->window;
		room = room < call->connection->window ? room : call->connection->window;
		if (room <= 0) {
			sent = serve(call); // until the server enlarges the window
			continue;
		}
		bool last = done + (size_t)room == body.size;
		sent = send_frame(call->connection, DATA, last ? END_STREAM : 0, call->stream, body.data + done,
				  (size_t)room) ||
		       fail(call, "the connection broke");
		done += (size_t)room;
		call->window -= room;
		call->connection->window -= room;
	}
	buffer_free(&body);
	return sent;
}

static bool send_headers(struct call *call, const char *path, const char *namespace)
{
	struct buffer block = {0};
	hpack_add_indexed(&block, 3);                                // :method POST
	hpack_add_indexed(&block, 6);                                // :scheme http
	hpack_add_indexed_name(&block, 4, path);                     // :path
	hpack_add_indexed_name(&block, 1, "localhost");              // :authority
	hpack_add_indexed_name(&block, 31, "application/grpc");      // content-type
	hpack_add(&block, "te", "trailers");
	hpack_add(&block, "containerd-namespace", namespace);
	bool sent = send_frame(call->connection, HEADERS, END_HEADERS, call->stream, block.data, block.size) ||
		    fail(call, "the connection broke");
	buffer_free(&block);
	return sent;
}

// Extracts the message from the body: a zero byte (not compressed), the length, the bytes.
static bool take_message(struct call *call)
{
	if (call->http_status != 200)
		return fail(call, "not a gRPC response");
	if (call->grpc_status < 0)
		return fail(call, "the response has no status");
	if (call->grpc_status != 0)
		return true;
	if (call->body.size < 5 || call->body.data[0] != 0 || big_endian(call->body.data + 1) != call->body.size - 5)
		return fail(call, "the response is truncated");
	buffer_append(&call->response->message, call->body.data + 5, call->body.size - 5);
	return true;
}

bool http2_open(struct http2 *connection, int fd)
{
	static const char greeting[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
	static const char settings[] = {0, HEADER_TABLE_SIZE, 0, 0, 0, 0, 0, ENABLE_PUSH, 0, 0, 0, 0};
	*connection = (struct http2){.fd = fd,
				     .next_stream = 1,
				     .window = DEFAULT_WINDOW,
				     .initial_window = DEFAULT_WINDOW,
				     .max_frame = DEFAULT_FRAME};
	return send(fd, greeting, sizeof greeting - 1, MSG_NOSIGNAL) == sizeof greeting - 1 &&
	       send_frame(connection, SETTINGS, 0, 0, settings, sizeof settings);
}

void http2_call(struct http2 *connection, const char *path, const char *namespace, const struct buffer *request,
		struct grpc_response *response)
{
	*response = (struct grpc_response){0};
	struct call call = {.connection = connection,
			    .response = response,
			    .stream = connection->next_stream,
			    .window = connection->initial_window,
			    .grpc_status = -1};
	connection->next_stream += 2;
	bool good = send_headers(&call, path, namespace) && send_request(&call, request);
	while (good && !call.ended)
		good = serve(&call);
	good = good && take_message(&call);
	response->status = good ? call.grpc_status : -1;
	connection->broken |= !good;
	buffer_free(&call.headers);
	buffer_free(&call.body);
}

void grpc_response_free(struct grpc_response *response)
{
	buffer_free(&response->message);
	free(response->reason);
	response->reason = NULL;
}
