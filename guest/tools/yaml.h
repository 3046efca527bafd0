// A reader of the part of YAML that metadata uses: mappings and sequences in lines, also in brackets and braces
// on one line; plain and quoted scalars. It has no anchors, tags, block scalars or documents after the first.
#pragma once

#include "json.h"

#define YAML_DEPTH 32

// Reads a text as JSON, else as YAML, in which each scalar is a string. Returns NULL if it is neither, has
// more than YAML_DEPTH levels, or is empty.
struct json *yaml_read(const char *text, size_t size);
