#include "hpack.h"
#include "huffman.h"

#include <string.h>

#define STATIC_ENTRIES 61

// Writes an integer whose first byte has `bits` bits of space below the pattern.
static void put_integer(struct buffer *block, unsigned char pattern, unsigned bits, size_t value)
{
	unsigned limit = (1u << bits) - 1;
	unsigned char byte;
	if (value < limit) {
		byte = (unsigned char)(pattern | value);
		buffer_append(block, &byte, 1);
		return;
	}
	byte = (unsigned char)(pattern | limit);
	buffer_append(block, &byte, 1);
	for (value -= limit; value >= 128; value >>= 7) {
		byte = (unsigned char)(0x80 | (value & 0x7f));
		buffer_append(block, &byte, 1);
	}
	byte = (unsigned char)value;
	buffer_append(block, &byte, 1);
}

static void put_string(struct buffer *block, const char *string)
{
	size_t length = strlen(string);
	put_integer(block, 0, 7, length);
	buffer_append(block, string, length);
}

void hpack_add_indexed(struct buffer *block, unsigned index)
{
	put_integer(block, 0x80, 7, index);
}

void hpack_add_indexed_name(struct buffer *block, unsigned name_index, const char *value)
{
	put_integer(block, 0, 4, name_index);
	put_string(block, value);
}

void hpack_add(struct buffer *block, const char *name, const char *value)
{
	put_integer(block, 0, 4, 0);
	put_string(block, name);
	put_string(block, value);
}

struct block {
	const unsigned char *data;
	size_t size;
};

static bool get_integer(struct block *block, unsigned bits, size_t *value)
{
	unsigned limit = (1u << bits) - 1;
	if (block->size == 0)
		return false;
	*value = *block->data & limit;
	block->data++;
	block->size--;
	if (*value < limit)
		return true;
	for (unsigned shift = 0; shift < 28 && block->size > 0; shift += 7) {
		unsigned char byte = *block->data++;
		block->size--;
		*value += (size_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

static bool get_string(struct block *block, struct buffer *out)
{
	bool coded = block->size > 0 && (*block->data & 0x80) != 0;
	size_t length;
	if (!get_integer(block, 7, &length) || length > block->size)
		return false;
	const char *data = (const char *)block->data;
	block->data += length;
	block->size -= length;
	buffer_append(out, "", 0);
	if (coded)
		return huffman_read(data, length, out);
	buffer_append(out, data, length);
	return true;
}

bool hpack_read(const char *data, size_t size,
		void (*field)(unsigned index, const struct buffer *name, const struct buffer *value, void *context),
		void *context)
{
	struct block block = {.data = (const unsigned char *)data, .size = size};
	bool good = true;
	while (good && block.size > 0) {
		unsigned char kind = *block.data;
		struct buffer name = {0}, value = {0};
		size_t index;
		if ((kind & 0x80) != 0) { // an entry of the table
			good = get_integer(&block, 7, &index) && index > 0 && index <= STATIC_ENTRIES;
			if (good)
				field((unsigned)index, &name, NULL, context);
		} else if ((kind & 0xe0) == 0x20) { // the dynamic table's size
			good = get_integer(&block, 5, &index) && index == 0;
		} else { // a literal
			unsigned bits = (kind & 0xc0) == 0x40 ? 6 : 4;
			good = get_integer(&block, bits, &index) && index <= STATIC_ENTRIES &&
			       (index > 0 || get_string(&block, &name)) && get_string(&block, &value);
			if (good)
				field((unsigned)index, &name, &value, context);
		}
		buffer_free(&name);
		buffer_free(&value);
	}
	return good;
}
