// Messages of DNS, whose sender is not trusted.
#include "resolver.h"

#include <string.h>

#define HEADER 12
#define TYPE_A 1
#define CLASS_IN 1

static unsigned number(const unsigned char *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put_number(unsigned char *bytes, unsigned value)
{
	bytes[0] = (unsigned char)(value >> 8);
	bytes[1] = (unsigned char)value;
}

size_t dns_question(const char *name, uint16_t id, unsigned char message[DNS_MESSAGE])
{
	size_t at = HEADER;
	if (*name == '\0' || strlen(name) > 253)
		return 0;
	memset(message, 0, HEADER);
	put_number(message, id);
	put_number(message + 2, 0x0100); // recursion desired
	put_number(message + 4, 1);
	while (*name != '\0') {
		size_t label = strcspn(name, ".");
		if (label == 0 || label > 63)
			return 0;
		message[at++] = (unsigned char)label;
		memcpy(message + at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	message[at++] = 0;
	put_number(message + at, TYPE_A);
	put_number(message + at + 2, CLASS_IN);
	return at + 4;
}

// Returns the position after a name; more than `size` if the name does not end inside.
static size_t skip_name(const unsigned char *message, size_t size, size_t at)
{
	while (at < size) {
		unsigned char length = message[at];
		if (length == 0)
			return at + 1;
		if (length >= 0xc0) // the rest is elsewhere
			return at + 2;
		at += 1 + length;
	}
	return size + 1;
}

bool dns_answer(const unsigned char *message, size_t size, uint16_t id, struct in_addr *address)
{
	if (size < HEADER || number(message) != id || (message[2] & 0x80) == 0 || (message[3] & 0x0f) != 0)
		return false;
	unsigned questions = number(message + 4), answers = number(message + 6);
	size_t at = HEADER;
	for (; questions > 0 && at <= size; questions--)
		at = skip_name(message, size, at) + 4;
	for (; answers > 0; answers--) {
		at = skip_name(message, size, at);
		if (at + 10 > size)
			return false;
		const unsigned char *record = message + at;
		size_t length = number(record + 8);
		at += 10 + length;
		if (at > size)
			return false;
		if (number(record) == TYPE_A && number(record + 2) == CLASS_IN && length == sizeof *address) {
			memcpy(address, record + 10, sizeof *address);
			return true;
		}
	}
	return false;
}
