// Text of others on its way to a terminal.
#include "guest.h"

void make_printable(char *string, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const unsigned char c = (unsigned char)string[i];
		const unsigned char next = i + 1 < size ? (unsigned char)string[i + 1] : 0;
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			string[i] = '?';
		else if (c == 0xc2 && next >= 0x80 && next < 0xa0) // U+0080 to U+009F are control characters, too
			string[i] = string[i + 1] = '?';
	}
}
