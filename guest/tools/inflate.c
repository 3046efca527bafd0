// Decompression of gzip.
#include "inflate.h"

#include <string.h>

#define MOST_BITS 15
#define LITERALS 288
#define DISTANCES 32

struct stream {
	const unsigned char *data;
	size_t size, at;
	unsigned held, count; // bits that are read but not used
	bool bad;
	size_t limit;
	struct buffer *out;
	size_t start; // of our part of `out`
};

// A Huffman code: how many codes there are of each length, and the symbols in the order of their codes.
struct code {
	unsigned short counts[MOST_BITS + 1], symbols[LITERALS];
};

static unsigned bits(struct stream *stream, unsigned wanted)
{
	while (stream->count < wanted) {
		if (stream->at == stream->size) {
			stream->bad = true;
			return 0;
		}
		stream->held |= (unsigned)stream->data[stream->at++] << stream->count;
		stream->count += 8;
	}
	unsigned value = stream->held & ((1U << wanted) - 1);
	stream->held >>= wanted;
	stream->count -= wanted;
	return value;
}

static int symbol(struct stream *stream, const struct code *code)
{
	int value = 0, first = 0, index = 0;
	for (int length = 1; length <= MOST_BITS && !stream->bad; length++) {
		value |= (int)bits(stream, 1);
		int count = code->counts[length];
		if (value - count < first)
			return code->symbols[index + (value - first)];
		index += count;
		first = (first + count) << 1;
		value <<= 1;
	}
	stream->bad = true;
	return 0;
}

// Returns false if there are more codes than their lengths allow.
static bool make_code(struct code *code, const unsigned char *lengths, unsigned count)
{
	unsigned short offsets[MOST_BITS + 1] = {0};
	int left = 1;
	memset(code, 0, sizeof *code);
	for (unsigned i = 0; i < count; i++)
		code->counts[lengths[i]]++;
	code->counts[0] = 0;
	for (int length = 1; length <= MOST_BITS; length++) {
		left = (left << 1) - code->counts[length];
		if (left < 0)
			return false;
	}
	for (int length = 1; length < MOST_BITS; length++)
		offsets[length + 1] = (unsigned short)(offsets[length] + code->counts[length]);
	for (unsigned i = 0; i < count; i++)
		if (lengths[i] != 0)
			code->symbols[offsets[lengths[i]]++] = (unsigned short)i;
	return true;
}

static void put(struct stream *stream, unsigned char byte)
{
	if (stream->out->size - stream->start >= stream->limit)
		stream->bad = true;
	else
		buffer_append(stream->out, &byte, 1);
}

static void copy(struct stream *stream, size_t distance, unsigned length)
{
	if (distance > stream->out->size - stream->start) {
		stream->bad = true;
		return;
	}
	for (; length > 0 && !stream->bad; length--)
		put(stream, (unsigned char)stream->out->data[stream->out->size - distance]);
}

static void coded(struct stream *stream, const struct code *literals, const struct code *distances)
{
	static const unsigned short lengths[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
						 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
	static const unsigned char length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
						    2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
	static const unsigned short starts[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,
						33,  49,  65,  97,  129, 193,  257,  385,  513,  769,
						1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
	while (!stream->bad) {
		unsigned value = (unsigned)symbol(stream, literals);
		if (stream->bad || value == 256)
			return;
		if (value < 256) {
			put(stream, (unsigned char)value);
			continue;
		}
		value -= 257;
		if (value >= COUNT(lengths)) {
			stream->bad = true;
			return;
		}
		unsigned length = lengths[value] + bits(stream, length_bits[value]);
		unsigned where = (unsigned)symbol(stream, distances);
		if (stream->bad || where >= COUNT(starts)) {
			stream->bad = true;
			return;
		}
		copy(stream, starts[where] + bits(stream, where < 2 ? 0 : where / 2 - 1), length);
	}
}

static void stored(struct stream *stream)
{
	stream->held = stream->count = 0;
	if (stream->size - stream->at < 4) {
		stream->bad = true;
		return;
	}
	const unsigned char *head = stream->data + stream->at;
	unsigned length = head[0] | (unsigned)head[1] << 8;
	stream->at += 4;
	if (length != (~(head[2] | (unsigned)head[3] << 8) & 0xffff) || stream->size - stream->at < length) {
		stream->bad = true;
		return;
	}
	for (; length > 0 && !stream->bad; length--)
		put(stream, stream->data[stream->at++]);
}

static void fixed(struct stream *stream)
{
	unsigned char lengths[LITERALS + DISTANCES];
	struct code literals, distances;
	for (unsigned i = 0; i < LITERALS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	memset(lengths + LITERALS, 5, DISTANCES);
	make_code(&literals, lengths, LITERALS);
	make_code(&distances, lengths + LITERALS, DISTANCES);
	coded(stream, &literals, &distances);
}

// Reads the lengths of the codes, which are themselves coded.
static bool read_lengths(struct stream *stream, const struct code *code, unsigned char *lengths, unsigned wanted)
{
	unsigned have = 0;
	while (have < wanted) {
		unsigned value = (unsigned)symbol(stream, code), repeated = 0;
		if (stream->bad || (value == 16 && have == 0))
			return false;
		if (value < 16) {
			lengths[have++] = (unsigned char)value;
			continue;
		}
		unsigned char length = value == 16 ? lengths[have - 1] : 0;
		repeated = value == 16 ? 3 + bits(stream, 2) : value == 17 ? 3 + bits(stream, 3) : 11 + bits(stream, 7);
		if (repeated > wanted - have)
			return false;
		memset(lengths + have, length, repeated);
		have += repeated;
	}
	return !stream->bad;
}

static void dynamic(struct stream *stream)
{
	static const unsigned char order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	unsigned char lengths[LITERALS + DISTANCES] = {0};
	struct code literals, distances;
	unsigned literal_count = bits(stream, 5) + 257, distance_count = bits(stream, 5) + 1,
		 order_count = bits(stream, 4) + 4;
	for (unsigned i = 0; i < order_count; i++)
		lengths[order[i]] = (unsigned char)bits(stream, 3);
	if (!make_code(&literals, lengths, COUNT(order)))
		stream->bad = true;
	memset(lengths, 0, sizeof lengths);
	if (stream->bad || literal_count > 286 ||
	    !read_lengths(stream, &literals, lengths, literal_count + distance_count) || lengths[256] == 0 ||
	    !make_code(&literals, lengths, literal_count) ||
	    !make_code(&distances, lengths + literal_count, distance_count)) {
		stream->bad = true;
		return;
	}
	coded(stream, &literals, &distances);
}

static uint32_t checksum(const unsigned char *data, size_t size)
{
	uint32_t sum = ~0U;
	for (size_t i = 0; i < size; i++) {
		sum ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
	}
	return ~sum;
}

// Returns the size of gzip's head; 0 if it is malformed.
static size_t head_size(const unsigned char *data, size_t size)
{
	enum { CHECKED = 2, EXTRA = 4, NAME = 8, COMMENT = 16 };
	size_t at = 10;
	if (size < 10 || data[0] != 0x1f || data[1] != 0x8b || data[2] != 8)
		return 0;
	unsigned char flags = data[3];
	if (flags & EXTRA)
		at += size < at + 2 ? size : 2 + (data[at] | (size_t)data[at + 1] << 8);
	for (int field = 0; field < ((flags & NAME) != 0) + ((flags & COMMENT) != 0); field++) {
		const unsigned char *end = at < size ? memchr(data + at, 0, size - at) : NULL;
		if (end == NULL)
			return 0;
		at = (size_t)(end + 1 - data);
	}
	at += flags & CHECKED ? 2 : 0;
	return at < size ? at : 0;
}

static uint32_t number(const unsigned char *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

bool gunzip(const unsigned char *data, size_t size, size_t limit, struct buffer *out)
{
	struct stream stream = {.data = data, .size = size, .limit = limit, .out = out, .start = out->size};
	stream.at = head_size(data, size);
	if (stream.at == 0)
		return false;
	buffer_append(out, "", 0);
	for (bool last = false; !last && !stream.bad;) {
		last = bits(&stream, 1) != 0;
		switch (bits(&stream, 2)) {
		case 0: stored(&stream); break;
		case 1: fixed(&stream); break;
		case 2: dynamic(&stream); break;
		default: stream.bad = true;
		}
	}
	if (stream.bad || size - stream.at < 8)
		return false;
	const unsigned char *content = (const unsigned char *)out->data + stream.start;
	size_t unpacked = out->size - stream.start;
	return number(data + stream.at) == checksum(content, unpacked) &&
	       number(data + stream.at + 4) == (uint32_t)unpacked;
}
