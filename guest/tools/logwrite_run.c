#include "logs.h"
#include "logwrite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Copies what a command prints until it has closed both of its outputs.
static void copy(int from[2], int logs[2])
{
	static const int ours[2] = {STDOUT_FILENO, STDERR_FILENO};
	while (from[0] >= 0 || from[1] >= 0) {
		struct pollfd polled[2] = {{.fd = from[0], .events = POLLIN}, {.fd = from[1], .events = POLLIN}};
		if (poll(polled, 2, -1) < 0)
			continue;
		for (int i = 0; i < 2; i++) {
			char block[4096];
			if (from[i] < 0 || polled[i].revents == 0)
				continue;
			ssize_t size = read(from[i], block, sizeof block);
			if (size < 0 && errno == EINTR)
				continue;
			if (size <= 0) {
				close(from[i]);
				from[i] = -1;
				continue;
			}
			(void)write_all(ours[i], block, (size_t)size);
			if (logs[i] >= 0 && !write_all(logs[i], block, (size_t)size)) {
				close(logs[i]);
				logs[i] = -1;
			}
		}
	}
}

int logwrite_run(const char *socket, const char *name, char **command)
{
	const char *slash = strrchr(command[0], '/');
	const char *stream = name != NULL ? name : slash != NULL ? slash + 1 : command[0];
	char *out_name = text("%s.out", stream);
	int out[2], err[2], logs[2] = {logs_pass_stream(socket, out_name), logs_pass_stream(socket, stream)};
	free(out_name);
	(void)signal(SIGPIPE, SIG_IGN);
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		fatal("cannot make a pipe: %s", strerror(errno));
	pid_t child = fork();
	if (child == 0) {
		(void)signal(SIGPIPE, SIG_DFL);
		(void)dup2(out[1], STDOUT_FILENO);
		(void)dup2(err[1], STDERR_FILENO);
		execvp(command[0], command);
		say_errno("cannot start %s", command[0]);
		_exit(127);
	}
	if (child < 0)
		fatal("cannot start a process: %s", strerror(errno));
	close(out[1]);
	close(err[1]);
	copy((int[]){out[0], err[0]}, logs);
	return wait_for(child);
}
