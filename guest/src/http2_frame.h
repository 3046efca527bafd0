// Frames of HTTP/2 (RFC 9113, sections 4 and 6).
#pragma once

#include "guest.h"

enum frame_kind { DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH, PING, GO_AWAY, WINDOW_UPDATE, CONTINUATION };
enum flag { END_STREAM = 1, ACK = 1, END_HEADERS = 4, PADDED = 8, WITH_PRIORITY = 32 };
enum setting { HEADER_TABLE_SIZE = 1, ENABLE_PUSH = 2, INITIAL_WINDOW_SIZE = 4, MAX_FRAME_SIZE = 5 };

#define DEFAULT_FRAME 16384         // also the most that the server may send in a frame
#define FRAME_LIMIT ((1 << 24) - 1) // the largest length that a frame can have

struct frame {
	unsigned kind, flags;
	uint32_t stream;
	size_t size;
	char data[DEFAULT_FRAME];
};

uint32_t big_endian(const char *bytes);
void put_big_endian(char *bytes, uint32_t value);
bool frame_send(int fd, unsigned kind, unsigned flags, uint32_t stream, const void *data, size_t size);
// Returns NULL, or why no frame was received.
const char *frame_receive(int fd, struct frame *frame);
