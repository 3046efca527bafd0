// Header blocks of HTTP/2 (RFC 7541) for a client that announces a dynamic table of size 0.
#pragma once

#include "guest.h"

// Adds a field as a literal: with the name of an entry of the static table, or with its own name.
void hpack_add_indexed_name(struct buffer *block, unsigned name_index, const char *value);
void hpack_add(struct buffer *block, const char *name, const char *value);
// Adds an entry of the static table, name and value.
void hpack_add_indexed(struct buffer *block, unsigned index);

// Calls for each field. Fields whose name is in the static table come with that index and an empty name; `value` is
// NULL when it is the table's. False when the block is not well-formed or uses a dynamic table.
bool hpack_read(const char *block, size_t size,
		void (*field)(unsigned index, const struct buffer *name, const struct buffer *value, void *context),
		void *context);
