// Finding a file system by what it is called.
#pragma once

#include "guest.h"

// Returns the path of the first device with a file system of that label or UUID, to be freed by the caller; NULL
// if there is none. One of them is NULL.
char *device_with(const char *label, const char *uuid);
