// Texts on disks, and names made from them.
#pragma once

#include "guest.h"

#define UUID_SIZE 37

// Prints the 16 bytes of a UUID.
void uuid_text(const unsigned char *bytes, char text[UUID_SIZE]);
// Converts little-endian UTF-16 up to a zero or `units` to UTF-8. `out` has 3 bytes for each unit and one
// for the end.
void utf16_text(const unsigned char *data, size_t units, char *out);
// Returns a label as a file name: bytes that are neither harmless nor part of a UTF-8 character become \xNN.
// To be freed by the caller.
char *encoded_label(const char *label);
// Returns a model or serial number as part of a file name: white space is trimmed and becomes a single _,
// and so does every other harmful byte. To be freed by the caller.
char *plain_name(const char *value);
// Little-endian numbers.
uint32_t little_endian_32(const unsigned char *bytes);
uint64_t little_endian_64(const unsigned char *bytes);
