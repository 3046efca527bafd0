// HPACK's Huffman code (RFC 7541, appendix B).
#pragma once

#include "guest.h"

// Appends the decoded bytes. Returns false if the code is invalid.
bool huffman_read(const char *data, size_t size, struct buffer *out);
