// The file systems that format makes and extend grows.
#pragma once

#include "guest.h"

struct filesystem {
	const char *type, *maker;
	size_t label_limit; // in bytes
	// Grows it on a partition that has grown.
	bool (*grow)(const char *device);
};

// Returns the one with a name, or NULL.
const struct filesystem *filesystem_named(const char *type);
// Makes one with a label, or without (NULL).
bool filesystem_make(const struct filesystem *filesystem, const char *device, const char *label);
// Checks one that may need it before its partition grows.
bool filesystem_check(const struct filesystem *filesystem, const char *device);
// Returns its size in bytes, 0 if that is not known.
uint64_t filesystem_size(const struct filesystem *filesystem, const char *device);
