// HPACK's Huffman code (RFC 7541, appendix B).
#pragma once

#include "guest.h"

// Appends what the coded bytes stand for; false when they are not a proper code.
bool huffman_read(const char *data, size_t size, struct buffer *out);
