// Requests to the supervisor: their form, and the side of the client.
#include "control.h"
#include "unix_socket.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_REPLY (-2)
#define TRIES 5

char *control_path(const char *containerd_socket)
{
	char *copy = copy_text(containerd_socket);
	char *path = text("%s/supervisor.sock", dirname(copy));
	free(copy);
	return path;
}

int control_words(const char *data, size_t size, struct strings *words)
{
	if (size > REQUEST_LIMIT)
		return -1;
	if (size < 2 || data[size - 1] != '\0' || data[size - 2] != '\0')
		return 0;
	for (const char *word = data; *word != '\0'; word += strlen(word) + 1)
		strings_add(words, word);
	// The empty word must be the last.
	size_t used = 1;
	for (size_t i = 0; i < words->count; i++)
		used += strlen(words->items[i]) + 1;
	if (used == size && words->count > 0)
		return 1;
	strings_free(words);
	return -1;
}

// Reads until the end of the reply, however long that takes.
static void receive(int fd, struct buffer *reply)
{
	char block[4096];
	for (;;) {
		ssize_t got = read(fd, block, sizeof block);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return;
		buffer_append(reply, block, (size_t)got);
	}
}

// Sends a request and prints the reply. Returns its exit status, -1 if there is no supervisor, or NO_REPLY.
static int request_once(const char *path, const char *const *words, size_t count)
{
	int fd = unix_connect(path, SOCK_STREAM);
	if (fd < 0)
		return -1;
	struct buffer request = {0}, reply = {0};
	for (size_t i = 0; i < count; i++)
		buffer_append(&request, words[i], strlen(words[i]) + 1);
	buffer_append(&request, "", 1);
	int status = NO_REPLY;
	if (send(fd, request.data, request.size, MSG_NOSIGNAL) == (ssize_t)request.size)
		receive(fd, &reply);
	if (reply.size >= 2) {
		status = reply.data[0] - '0';
		(void)write_all(reply.data[1] == '2' ? STDERR_FILENO : STDOUT_FILENO, reply.data + 2, reply.size - 2);
	}
	close(fd);
	buffer_free(&request);
	buffer_free(&reply);
	return status;
}

// Returns whether a request has the same effect if it is made again.
static bool is_repeatable(const char *command)
{
	return strcmp(command, "start") != 0 && strcmp(command, "stop") != 0 && strcmp(command, "restart") != 0;
}

int control_request(const char *path, const char *const *words, size_t count)
{
	int status = request_once(path, words, count);
	// The supervisor ended, and is started again: the next one takes the request.
	for (int i = 1; i < TRIES && status == NO_REPLY && is_repeatable(words[0]); i++)
		status = request_once(path, words, count);
	if (status != NO_REPLY)
		return status;
	say("the supervisor ended before it replied");
	return 1;
}
