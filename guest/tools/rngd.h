// Random numbers from the processor.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Stores a number. Returns false if the source has none.
typedef bool random_source(uint64_t *word);

// Returns the processor's best source of those that are allowed, or NULL if it has none.
random_source *processor_source(bool rdseed, bool rdrand);
