// gRPC calls to a server that sends the input; send and recv are replaced.
#include "fuzz.h"

#include "http2.h"

#include <string.h>

#define FRAME_LIMIT 16777215 // what the length of a frame can express (RFC 9113, section 4.1)

static const uint8_t *input;
static size_t input_size;
static struct buffer sent;

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
	(void)fd;
	(void)flags;
	size_t part = size > 4000 ? 4000 : size; // a socket may accept less than everything
	if (sent.size < 1 << 20)
		buffer_append(&sent, data, part);
	return (ssize_t)part;
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	(void)fd;
	(void)flags;
	size_t part = size > 3000 ? 3000 : size;
	part = part > input_size ? input_size : part;
	if (part > 0)
		memcpy(data, input, part);
	input += part;
	input_size -= part;
	return (ssize_t)part;
}

// Checks that the client has sent a sequence of complete frames.
static void check_sent(void)
{
	size_t at = strlen("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	while (at + 9 <= sent.size) {
		const uint8_t *frame = (const uint8_t *)sent.data + at;
		size_t length = (size_t)frame[0] << 16 | (size_t)frame[1] << 8 | frame[2];
		REQUIRE(frame[3] <= 9 && (frame[5] & 0x80) == 0);
		at += 9 + length;
	}
	REQUIRE(sent.size >= 1 << 20 || at == sent.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http2 connection;
	struct grpc_response response;
	struct buffer request = {0};
	char block[1000] = {0};
	// The first byte is the size of the request in kilobytes: up to four times the initial windows.
	size_t blocks = size > 0 ? data[0] : 0;
	input = size > 0 ? data + 1 : data;
	input_size = size > 0 ? size - 1 : 0;
	buffer_append(&request, "", 0);
	for (size_t i = 0; i < blocks; i++)
		buffer_append(&request, block, sizeof block);
	REQUIRE(http2_open(&connection, -1));
	for (int call = 0; call < 2; call++) {
		http2_call(&connection, "/a.B/C", "services", &request, &response);
		REQUIRE(response.status >= -1);
		REQUIRE(response.status != -1 || response.reason != NULL);
		REQUIRE(connection.max_frame <= FRAME_LIMIT);
		int status = response.status;
		grpc_response_free(&response);
		if (status == -1)
			break;
	}
	check_sent();
	buffer_free(&sent);
	buffer_free(&request);
	return 0;
}
