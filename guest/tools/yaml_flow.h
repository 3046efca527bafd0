// The parts of YAML that are on one line, for yaml.c. Each reader moves its position behind what it read.
#pragma once

#include "yaml.h"

struct json *yaml_value(enum json_kind kind);
// Returns a copy without spaces at either end.
char *yaml_trimmed(const char *start, size_t size);
struct json *yaml_plain(const char *start, size_t size);
void yaml_skip_spaces(const char **at);
// Reads a key with its colon. Returns NULL if there is no such key.
char *yaml_key(const char **at);
// Reads a scalar, or a sequence or mapping in brackets. Returns NULL if it is malformed.
struct json *yaml_flow(const char **at, int depth);
