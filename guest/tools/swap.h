// The options of swap.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Reads a size such as 512M. Returns false if it is not one, or zero.
bool swap_size(const char *size, uint64_t *bytes);
// Whether a condition holds, such as part:/var:true.
enum condition { CONDITION_MET, CONDITION_UNMET, CONDITION_REQUIRED, CONDITION_WRONG };
// `mounts` is a file like /proc/mounts. REQUIRED: it does not hold, but has to.
enum condition swap_condition(const char *condition, const char *mounts);
