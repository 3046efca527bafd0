// SHA-256 (FIPS 180-4).
#pragma once

#include <stddef.h>

#define SHA256_SIZE 32

// Hashes the bytes of one part after the other.
void sha256(const void *first, size_t first_size, const void *second, size_t second_size,
	    unsigned char hash[SHA256_SIZE]);
