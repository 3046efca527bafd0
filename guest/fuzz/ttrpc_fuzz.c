// What a shim receives from containerd: frames one after the other, each perhaps with a request.
#include "fuzz.h"

#include "ttrpc.h"

#include <string.h>

static void read_request(const struct ttrpc_frame *frame)
{
	struct ttrpc_request request;
	const bool good = ttrpc_request_read(frame, &request);
	const char *begin = frame->message.data, *end = begin + frame->message.size;
	REQUIRE(request.service != NULL && request.method != NULL && request.stream == frame->stream);
	if (request.payload.data != NULL)
		REQUIRE(request.payload.data > begin && request.payload.data + request.payload.size <= end);
	for (unsigned field = 1; field < 9; field++) {
		char *word = protobuf_find_text(&request.payload, field);
		REQUIRE(strlen(word) <= request.payload.size);
		free(word);
	}
	if (good) { // written again, it says the same
		struct buffer out = {0};
		struct ttrpc_frame again;
		struct ttrpc_request copy;
		ttrpc_request_write(&out, request.stream, request.service, request.method, &request.payload);
		REQUIRE(ttrpc_read(out.data, out.size, &again) == (ssize_t)out.size && ttrpc_request_read(&again, &copy));
		REQUIRE(strcmp(copy.service, request.service) == 0 && strcmp(copy.method, request.method) == 0);
		REQUIRE(copy.payload.size == request.payload.size);
		ttrpc_request_free(&copy);
		buffer_free(&out);
	}
	ttrpc_request_free(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *rest = (const char *)data;
	struct ttrpc_frame frame;
	for (ssize_t used; (used = ttrpc_read(rest, size, &frame)) > 0; rest += used, size -= (size_t)used) {
		REQUIRE((size_t)used <= size && frame.message.data + frame.message.size == rest + used);
		REQUIRE(frame.message.size <= TTRPC_LIMIT);
		read_request(&frame);
	}
	return 0;
}
