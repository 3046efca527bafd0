// Docker's events.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Returns whether an event, a JSON object, says that something was deleted: an image, a container, a volume, or what
// a build had kept.
bool trim_wants(const char *event, size_t size);
