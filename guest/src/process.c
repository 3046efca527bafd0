// Starting programs and waiting for them.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int stream(int fd)
{
	return fd >= 0 ? fd : open("/dev/null", O_RDWR | O_CLOEXEC);
}

static pid_t start(const char *path, char *const arguments[], const int wanted[3], bool group)
{
	pid_t pid = fork();
	if (pid > 0 && group)
		(void)setpgid(pid, pid); // both do it, so that neither has to wait for the other
	if (pid != 0)
		return pid;
	if (group)
		(void)setpgid(0, 0);
	// First copy them to numbers above the standard descriptors, so that none overwrites another.
	int copies[3];
	for (int i = 0; i < 3; i++)
		copies[i] = fcntl(stream(wanted[i]), F_DUPFD_CLOEXEC, 3);
	for (int i = 0; i < 3; i++)
		if (copies[i] >= 0)
			dup2(copies[i], i);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execv(path, arguments);
	say_errno("%s", path);
	_exit(127);
}

pid_t start_program(const char *path, char *const arguments[], int in, int out, int err)
{
	return start(path, arguments, (int[]){in, out, err}, false);
}

pid_t start_group(const char *path, char *const arguments[], int in, int out, int err)
{
	return start(path, arguments, (int[]){in, out, err}, true);
}

int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int wait_for(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return exit_status(status);
}

bool ends_within(pid_t pid, int seconds)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return true; // it cannot be watched, so let the caller wait for it
	struct pollfd end = {.fd = process, .events = POLLIN};
	int ended;
	do
		ended = poll(&end, 1, seconds * 1000);
	while (ended < 0 && errno == EINTR);
	close(process);
	return ended != 0;
}

int status_within(int seconds, void (*function)(const void *argument), const void *argument)
{
	pid_t pid = fork();
	if (pid == 0) {
		function(argument);
		_exit(0);
	}
	if (pid < 0)
		return -1;
	if (ends_within(pid, seconds))
		return wait_for(pid);
	(void)kill(pid, SIGKILL); // has no effect as long as a device blocks it
	return -1;
}

pid_t read_pid(const char *path)
{
	struct buffer content = {0};
	pid_t pid = read_file(path, 64, &content) ? (pid_t)strtol(content.data, NULL, 10) : 0;
	buffer_free(&content);
	return pid;
}

int run_program(const char *path, char *const arguments[])
{
	pid_t pid = start_program(path, arguments, -1, STDOUT_FILENO, STDERR_FILENO);
	if (pid < 0) {
		say_errno("%s", path);
		return 127;
	}
	return wait_for(pid);
}

void run_directory(const char *path)
{
	struct strings names = {0};
	if (!list_directory(path, &names))
		return;
	for (size_t i = 0; i < names.count; i++) {
		char *program = text("%s/%s", path, names.items[i]);
		struct stat status;
		if (stat(program, &status) == 0 && S_ISREG(status.st_mode)) {
			chart_begin("step", names.items[i]);
			(void)run_program(program, (char *[]){program, NULL});
			chart_end("step", names.items[i]);
		}
		free(program);
	}
	strings_free(&names);
}
