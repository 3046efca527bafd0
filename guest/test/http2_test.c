#include "check.h"

#include "guest.h"
#include "hpack.h"
#include "http2.h"
#include "huffman.h"
#include "protobuf.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

void test_protobuf(void)
{
	struct buffer message = {0};
	protobuf_text(&message, 1, "nginx");
	protobuf_text(&message, 2, "");
	protobuf_number(&message, 3, 300);
	protobuf_bytes(&message, 16, "a\0b", 3);
	protobuf_number(&message, 3, UINT64_MAX);
	CHECK(message.size == 7 + 3 + 6 + 11);
	CHECK(memcmp(message.data, "\x0a\x05nginx\x18\xac\x02\x82\x01\x03", 13) == 0);
	CHECK(protobuf_find_number(&message, 3) == UINT64_MAX && protobuf_find_number(&message, 1) == 0);
	struct protobuf_reader reader = {.data = message.data, .size = message.size};
	struct protobuf_field field;
	CHECK(protobuf_next(&reader, &field) && field.number == 1 && field.size == 5 && memcmp(field.data, "nginx", 5) == 0);
	CHECK(protobuf_next(&reader, &field) && field.number == 3 && field.value == 300);
	CHECK(protobuf_next(&reader, &field) && field.number == 16 && field.size == 3);
	for (int i = 0; i < 20000; i++) {
		size_t size;
		char *changed = mutated(message.data, message.size, &size);
		reader = (struct protobuf_reader){.data = changed, .size = size};
		while (protobuf_next(&reader, &field))
			CHECK(field.data == NULL || (field.data >= changed && field.data + field.size <= changed + size));
		free(changed);
	}
	buffer_free(&message);
	static const char *const broken[] = {"\x0a\x05" "abc", "\x07", "\x0b", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"};
	for (size_t i = 0; i < COUNT(broken); i++) {
		reader = (struct protobuf_reader){.data = broken[i], .size = strlen(broken[i])};
		CHECK(!protobuf_next(&reader, &field) && reader.broken && !protobuf_next(&reader, &field));
	}
}

static void collect(unsigned index, const struct buffer *name, const struct buffer *value, void *context)
{
	struct buffer *out = context;
	char *line = text("%u|%s|%s\n", index, name->data != NULL ? name->data : "", value != NULL ? value->data : "(table)");
	buffer_text(out, line);
	free(line);
}

static void expect_fields(const char *block, size_t size, const char *fields)
{
	struct buffer out = {0};
	buffer_text(&out, "");
	CHECK(hpack_read(block, size, collect, &out));
	CHECK_TEXT(out.data, fields);
	buffer_free(&out);
}

void test_hpack(void)
{
	// RFC 7541, appendix C.4: www.example.com, no-cache, custom-value
	static const struct {
		const char *code, *text;
	} codes[] = {
		{"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff", "www.example.com"},
		{"\xa8\xeb\x10\x64\x9c\xbf", "no-cache"},
		{"\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf", "custom-value"},
		{"\x9d\x29\xad\x17\x18\x63\xc7\x8f\x0b\x97\xc8\xe9\xae\x82\xae\x43\xd3", "https://www.example.com"},
		{"", ""},
	};
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct buffer out = {0};
		buffer_text(&out, "");
		CHECK(huffman_read(codes[i].code, strlen(codes[i].code), &out));
		CHECK_TEXT(out.data, codes[i].text);
		buffer_free(&out);
	}
	// Zeros as padding, a whole byte of padding and the end-of-string symbol are not allowed.
	static const char *const improper[] = {"\x18", "\x1f\xff", "\xff\xff\xff\xff"};
	for (size_t i = 0; i < COUNT(improper); i++) {
		struct buffer out = {0};
		CHECK(!huffman_read(improper[i], strlen(improper[i]), &out));
		buffer_free(&out);
	}

	struct buffer block = {0};
	char long_value[400];
	memset(long_value, 'x', sizeof long_value - 1);
	long_value[sizeof long_value - 1] = '\0';
	hpack_add_indexed(&block, 3);
	hpack_add_indexed_name(&block, 31, "application/grpc");
	hpack_add(&block, "te", "trailers");
	hpack_add(&block, "long", long_value);
	char *fields = text("3||(table)\n31||application/grpc\n0|te|trailers\n0|long|%s\n", long_value);
	expect_fields(block.data, block.size, fields);
	free(fields);
	expect_fields("\x20\x88\x5f\x01x\x10\x01n\x01v", 10, "8||(table)\n31||x\n0|n|v\n");
	// Entry 0, entries beyond the static table, a dynamic table, and truncated blocks are not allowed.
	static const char *const bad[] = {"\x80", "\xbe", "\x21", "\x7f\x80", "\x10", "\x10\x05" "a", "\x10\x01" "a\x05",
					  "\xff\xff\xff\xff\xff\xff\x7f"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buffer out = {0};
		CHECK(!hpack_read(bad[i], strlen(bad[i]), collect, &out));
		buffer_free(&out);
	}
	for (int i = 0; i < 20000; i++) {
		size_t size;
		struct buffer out = {0};
		char *changed = mutated(block.data, block.size, &size);
		(void)hpack_read(changed, size, collect, &out);
		(void)huffman_read(changed, size, &out);
		buffer_free(&out);
		free(changed);
	}
	buffer_free(&block);
}

static void frame(struct buffer *out, unsigned kind, unsigned flags, unsigned stream, const char *data, size_t size)
{
	const unsigned char header[] = {(unsigned char)(size >> 16), (unsigned char)(size >> 8), (unsigned char)size,
					(unsigned char)kind, (unsigned char)flags, 0, 0, 0, (unsigned char)stream};
	buffer_append(out, header, sizeof header);
	buffer_append(out, data, size);
}

// Returns what a server sends for one call: settings, a ping, headers in two frames with padding, a
// message, the status.
static struct buffer server_bytes(void)
{
	struct buffer out = {0};
	frame(&out, 4, 0, 0, "\0\4\0\1\0\0\0\5\0\0\x40\0", 12);
	frame(&out, 6, 0, 0, "12345678", 8);
	frame(&out, 8, 0, 0, "\0\1\0\0", 4);
	frame(&out, 1, 8, 1, "\2\x88" "zz", 4);
	frame(&out, 9, 4, 1, "\x5f\x10" "application/grpc", 18);
	frame(&out, 0, 0, 1, "\0\0\0\0\3a", 6);
	frame(&out, 200, 0, 0, "?", 1);
	frame(&out, 0, 0, 1, "bc", 2);
	frame(&out, 1, 5, 1, "\x40\x88\x9a\xca\xc8\xb2\x12\x34\xda\x8f\x01" "0", 12);
	return out;
}

struct server {
	int end;
	const struct buffer *bytes;
};

static void *serve(void *context)
{
	const struct server *server = context;
	(void)write_all(server->end, server->bytes->data, server->bytes->size);
	shutdown(server->end, SHUT_WR);
	char block[4096];
	while (read(server->end, block, sizeof block) > 0)
		;
	close(server->end);
	return NULL;
}

// Makes a call to a server that sends these bytes and nothing more. The server is a thread, since
// sanitizers make forks slow.
static void call(const struct buffer *bytes, const struct buffer *request, struct grpc_response *response)
{
	int ends[2];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	struct server server = {.end = ends[1], .bytes = bytes};
	pthread_t thread;
	CHECK(pthread_create(&thread, NULL, serve, &server) == 0);
	struct http2 connection;
	*response = (struct grpc_response){.status = -1};
	if (http2_open(&connection, ends[0]))
		http2_call(&connection, "/a.B/C", "services", request, response);
	close(ends[0]);
	CHECK(pthread_join(thread, NULL) == 0);
}

static void expect_failure(unsigned kind, unsigned stream, const char *data, size_t size, const char *reason)
{
	struct buffer bytes = {0}, request = {0};
	struct grpc_response response;
	frame(&bytes, kind, 0, stream, data, size);
	buffer_append(&request, "hello", 5);
	call(&bytes, &request, &response);
	CHECK(response.status == -1);
	CHECK_TEXT(response.reason, reason);
	grpc_response_free(&response);
	buffer_free(&request);
	buffer_free(&bytes);
}

static void test_invalid_frames(void)
{
	expect_failure(4, 0, "\0\5\0\0\x3f\xff", 6, "a frame size is out of range");
	expect_failure(4, 0, "\0\5\1\0\0\0", 6, "a frame size is out of range");
	expect_failure(4, 0, "\0\4\x80\0\0\0", 6, "a window is too large");
	expect_failure(4, 0, "\0\4\0\0", 4, "settings are truncated");
	expect_failure(6, 0, "123456789", 9, "a ping has the wrong size");
	expect_failure(8, 0, "\0\0\1", 3, "a window update is truncated");
	expect_failure(8, 1, "\x7f\xff\xff\xff", 4, "a window is too large");
	expect_failure(0, 3, "", 0, "data for an unknown call");
	expect_failure(5, 0, "\0\0\0\2", 4, "the server pushes a stream");
}

void test_http2(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_invalid_frames();
	struct buffer bytes = server_bytes(), request = {0};
	struct grpc_response response;
	char *large = allocate(200000);
	buffer_append(&request, "hello", 5);
	call(&bytes, &request, &response);
	CHECK(response.status == 0);
	CHECK_TEXT(response.message.data, "abc");
	grpc_response_free(&response);

	// A request larger than the windows: the client waits and accepts a response in the meantime.
	buffer_append(&request, large, 200000);
	free(large);
	call(&bytes, &request, &response);
	CHECK(response.status == 0);
	grpc_response_free(&response);
	buffer_free(&request);
	buffer_append(&request, "hello", 5);

	// An error with a reason in the trailers.
	struct buffer refusal = {0};
	frame(&refusal, 4, 0, 0, "", 0);
	frame(&refusal, 1, 5, 1, "\x88\x10\x0bgrpc-status\x01" "5\x10\x0cgrpc-message\x09not found", 40);
	call(&refusal, &request, &response);
	CHECK(response.status == 5);
	CHECK_TEXT(response.reason, "not found");
	grpc_response_free(&response);
	buffer_free(&refusal);

	// A connection that ends early, at any byte, is reported as an error.
	for (size_t cut = 0; cut < bytes.size; cut++) {
		struct buffer part = {.data = bytes.data, .size = cut};
		call(&part, &request, &response);
		CHECK(response.status == -1 && response.reason != NULL);
		grpc_response_free(&response);
	}
	for (int i = 0; i < 1000; i++) {
		struct buffer changed = {0};
		changed.data = mutated(bytes.data, bytes.size, &changed.size);
		call(&changed, &request, &response);
		grpc_response_free(&response);
		free(changed.data);
	}
	buffer_free(&bytes);
	buffer_free(&request);
}
