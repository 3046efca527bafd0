// Decompression of gzip (RFC 1951 and 1952), for small data whose sender is not trusted.
#pragma once

#include "guest.h"

// Appends what one gzip member contains. Returns false if it is malformed, damaged or larger than `limit`;
// then `out` may have a part of it.
bool gunzip(const unsigned char *data, size_t size, size_t limit, struct buffer *out);
