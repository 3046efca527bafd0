#include "http2_frame.h"

#include <errno.h>
#include <sys/socket.h>

uint32_t big_endian(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void put_big_endian(char *bytes, uint32_t value)
{
	for (int i = 3; i >= 0; i--, value >>= 8)
		bytes[i] = (char)(value & 0xff);
}

bool frame_send(int fd, unsigned kind, unsigned flags, uint32_t stream, const void *data, size_t size)
{
	struct buffer frame = {0};
	char header[9];
	put_big_endian(header, (uint32_t)size << 8);
	header[3] = (char)kind;
	header[4] = (char)flags;
	put_big_endian(header + 5, stream);
	buffer_append(&frame, header, sizeof header);
	buffer_append(&frame, data, size);
	bool sent = true;
	for (size_t done = 0; sent && done < frame.size;) {
		ssize_t part = send(fd, frame.data + done, frame.size - done, MSG_NOSIGNAL);
		if (part < 0 && errno == EINTR)
			continue;
		sent = part >= 0;
		done += sent ? (size_t)part : 0;
	}
	buffer_free(&frame);
	return sent;
}

static bool receive(int fd, char *data, size_t size)
{
	while (size > 0) {
		ssize_t got = recv(fd, data, size, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		data += got;
		size -= (size_t)got;
	}
	return true;
}

const char *frame_receive(int fd, struct frame *frame)
{
	char header[9];
	if (!receive(fd, header, sizeof header))
		return "the connection broke or timed out";
	frame->size = big_endian(header) >> 8;
	frame->kind = (unsigned char)header[3];
	frame->flags = (unsigned char)header[4];
	frame->stream = big_endian(header + 5) & 0x7fffffff;
	if (frame->size > sizeof frame->data)
		return "a frame is too long";
	return receive(fd, frame->data, frame->size) ? NULL : "a frame is truncated";
}
