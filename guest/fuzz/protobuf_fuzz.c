// Protocol Buffers messages, nested as in containerd's responses.
#include "fuzz.h"

#include "protobuf.h"

static void read_message(const char *data, size_t size, int depth)
{
	struct protobuf_reader reader = {.data = data, .size = size};
	struct protobuf_field field;
	while (protobuf_next(&reader, &field)) {
		REQUIRE(field.number > 0);
		REQUIRE(reader.size < size && reader.data + reader.size == data + size);
		if (field.data == NULL) {
			REQUIRE(field.size == 0);
			continue;
		}
		REQUIRE(field.value == 0 && field.data > data && field.data + field.size == reader.data);
		if (depth < 4)
			read_message(field.data, field.size, depth + 1);
	}
	REQUIRE(reader.broken || reader.size == 0);
	REQUIRE(!protobuf_next(&reader, &field));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_message((const char *)data, size, 0);
	const struct buffer message = {.data = (char *)(uintptr_t)data, .size = size};
	(void)protobuf_find_number(&message, 2);
	return 0;
}
