// Header blocks of HTTP/2 (RFC 7541) for a client that announces a dynamic table of size 0.
#pragma once

#include "guest.h"

// Adds a literal field, named by an entry of the static table or by its own name.
void hpack_add_indexed_name(struct buffer *block, unsigned name_index, const char *value);
void hpack_add(struct buffer *block, const char *name, const char *value);
// Adds the name and value of an entry of the static table.
void hpack_add_indexed(struct buffer *block, unsigned index);

// Calls `field` for each field. If the name is in the static table, `index` is its entry and `name` is
// empty; `value` is NULL if it is that of the entry. Returns false if the block is malformed or uses
// a dynamic table.
bool hpack_read(const char *block, size_t size,
		void (*field)(unsigned index, const struct buffer *name, const struct buffer *value, void *context),
		void *context);
