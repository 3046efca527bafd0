// HPACK header blocks and Huffman codes. If the first byte of an input is 'h', the rest is a Huffman
// code, else a block.
#include "fuzz.h"

#include "hpack.h"
#include "huffman.h"

#include <string.h>

static void visit(unsigned index, const struct buffer *name, const struct buffer *value, void *context)
{
	struct buffer *block = context;
	REQUIRE(index <= 61);
	REQUIRE((index == 0) == (name->data != NULL));
	REQUIRE(index > 0 || value != NULL);
	REQUIRE(value == NULL || value->data[value->size] == '\0');
	if (value == NULL)
		hpack_add_indexed(block, index);
	else if (index != 0)
		hpack_add_indexed_name(block, index, value->data);
	else
		hpack_add(block, name->data, value->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer out = {0}, again = {0};
	if (size > 0 && *data == 'h') {
		(void)huffman_read((const char *)data + 1, size - 1, &out);
		REQUIRE(out.size <= (size - 1) * 8 / 5); // no code is shorter than five bits
	} else if (size > 0) {
		(void)hpack_read((const char *)data + 1, size - 1, visit, &out);
		// The guest can read what it writes.
		REQUIRE(hpack_read(out.data, out.size, visit, &again));
		REQUIRE(again.size == out.size && (out.size == 0 || memcmp(again.data, out.data, out.size) == 0));
	}
	buffer_free(&out);
	buffer_free(&again);
	return 0;
}
