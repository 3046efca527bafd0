#include "shim_runtime.h"
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define RUNTIME "/usr/bin/runc"
#define SECONDS 120 // for one command
#define WORDS 16
// In the bundle, which is our working directory.
#define LOG "log.json"
#define PID_FILE "init.pid"
#define OTHER_PID_FILE "exec.pid"
#define PROCESS_FILE "process.json"
#define CONSOLE "console.sock"
#define CONSOLE_MILLISECONDS 10000
#define RELEASE_MILLISECONDS 10000
#define LOG_LIMIT (1 << 20)

// Returns the last message of the runtime's log, whose lines are JSON objects; NULL if there is none.
static char *last_message(void)
{
	struct buffer log = {0};
	char *message = NULL, *position = NULL;
	if (read_file(LOG, LOG_LIMIT, &log))
		for (char *line = strtok_r(log.data, "\n", &position); line != NULL;
		     line = strtok_r(NULL, "\n", &position)) {
			size_t where;
			struct json *entry = json_read(line, strlen(line), &where);
			const char *said = json_string(entry, "msg"), *level = json_string(entry, "level");
			if (said != NULL && level != NULL && strcmp(level, "error") == 0) {
				free(message);
				message = copy_text(said);
			}
			json_free(entry);
		}
	buffer_free(&log);
	return message;
}

static char *run(const struct shim *shim, char *const words[], const int streams[3])
{
	char *all[WORDS + 8] = {RUNTIME, "--root", shim->root, "--log", LOG, "--log-format", "json"};
	for (size_t i = 0; i < WORDS && words[i] != NULL; i++)
		all[7 + i] = words[i];
	(void)unlink(LOG);
	pid_t pid = start_program(RUNTIME, all, streams[0], streams[1], streams[2]);
	if (pid < 0)
		return text("%s: %s", RUNTIME, strerror(errno));
	const bool in_time = ends_within(pid, SECONDS);
	if (!in_time)
		(void)kill(pid, SIGKILL);
	const int status = wait_for(pid);
	if (status == 0)
		return NULL;
	if (!in_time)
		return text("%s %s: still running after %d seconds, and killed", RUNTIME, words[0], SECONDS);
	char *message = last_message();
	char *reason = message != NULL ? text("%s %s: %s", RUNTIME, words[0], message)
				       : text("%s %s: exit status %d", RUNTIME, words[0], status);
	free(message);
	return reason;
}

char *shim_runtime_run(const struct shim *shim, char *const words[])
{
	return run(shim, words, (int[]){-1, -1, -1});
}

// Listens for the terminal that the runtime makes.
static int await_terminal(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = CONSOLE};
	(void)unlink(CONSOLE);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

// Receives a descriptor over a connection. Returns -1 on failure.
static int receive_descriptor(int fd)
{
	char name[256];
	struct iovec content = {.iov_base = name, .iov_len = sizeof name};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof fd)];
	} control = {0};
	struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control};
	struct pollfd input = {.fd = fd, .events = POLLIN};
	int received = -1;
	if (poll(&input, 1, CONSOLE_MILLISECONDS) > 0 && recvmsg(fd, &message, MSG_CMSG_CLOEXEC) > 0) {
		const struct cmsghdr *first = CMSG_FIRSTHDR(&message);
		if (first != NULL && first->cmsg_type == SCM_RIGHTS && first->cmsg_len == CMSG_LEN(sizeof received))
			memcpy(&received, CMSG_DATA(first), sizeof received);
	}
	return received;
}

static int accept_terminal(int listener)
{
	struct pollfd input = {.fd = listener, .events = POLLIN};
	int fd = poll(&input, 1, CONSOLE_MILLISECONDS) > 0 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
	int terminal = fd >= 0 ? receive_descriptor(fd) : -1;
	if (fd >= 0)
		close(fd);
	return terminal;
}

// Runs a command that makes a process, with its streams or its terminal.
static char *make_process(const struct shim *shim, struct shim_process *process, char *const words[])
{
	const char *pid_file = *process->id == '\0' ? PID_FILE : OTHER_PID_FILE;
	static const int nothing[3] = {-1, -1, -1};
	int listener = -1, terminal = -1;
	(void)unlink(pid_file);
	shim_streams_close(&process->streams); // of a start that failed
	if (!shim_streams_open(&process->streams, (const char *const *)process->paths, process->terminal))
		return text("standard streams: %s", strerror(errno));
	if (process->terminal && (listener = await_terminal()) < 0)
		return text("terminal: %s", strerror(errno));
	char *reason = run(shim, words, process->terminal ? nothing : process->streams.given);
	if (reason == NULL && process->terminal && (terminal = accept_terminal(listener)) < 0)
		reason = text("%s gave no terminal", RUNTIME);
	if (listener >= 0) {
		close(listener);
		(void)unlink(CONSOLE);
	}
	if (terminal >= 0)
		shim_streams_connect(&process->streams, terminal);
	shim_streams_close_given(&process->streams);
	if (reason != NULL)
		return reason;
	process->pid = read_pid(pid_file);
	return process->pid > 0 ? NULL : text("%s wrote no process number", RUNTIME);
}

char *shim_runtime_create(const struct shim *shim, struct shim_process *process)
{
	char *words[WORDS] = {"create", "--bundle", shim->bundle, "--pid-file", PID_FILE};
	size_t count = 5;
	if (process->terminal) {
		words[count++] = "--console-socket";
		words[count++] = CONSOLE;
	}
	words[count] = (char *)shim->id;
	return make_process(shim, process, words);
}

// Lets the container's first process go on, which waits at a FIFO: it reads with crun, and writes with
// runc. This is what their `start` does, but for hooks. Returns false if nothing is known to have happened.
static bool release(const struct shim *shim)
{
	char *fifo = text("%s/%s/exec.fifo", shim->root, shim->id), byte = 0;
	int fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	bool done = fd >= 0 && write(fd, &byte, 1) == 1;
	if (fd < 0 && errno == ENXIO && (fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)) >= 0) {
		struct pollfd input = {.fd = fd, .events = POLLIN};
		done = poll(&input, 1, RELEASE_MILLISECONDS) > 0 && read(fd, &byte, 1) == 1;
	}
	if (done)
		(void)unlink(fifo); // by which the runtime knows that it runs
	if (fd >= 0)
		close(fd);
	free(fifo);
	return done;
}

char *shim_runtime_start(const struct shim *shim)
{
	if (!shim->has_hooks && release(shim))
		return NULL;
	return shim_runtime_run(shim, (char *[]){"start", (char *)shim->id, NULL});
}

static bool write_specification(const struct buffer *specification)
{
	int fd = open(PROCESS_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool done = fd >= 0 && write_all(fd, specification->data, specification->size);
	if (fd >= 0)
		close(fd);
	return done;
}

char *shim_runtime_exec(const struct shim *shim, struct shim_process *process)
{
	char *words[WORDS] = {"exec", "--process", PROCESS_FILE, "--detach", "--pid-file", OTHER_PID_FILE};
	size_t count = 6;
	if (!write_specification(&process->specification))
		return text("%s: %s", PROCESS_FILE, strerror(errno));
	if (process->terminal) {
		words[count++] = "--tty";
		words[count++] = "--console-socket";
		words[count++] = CONSOLE;
	}
	words[count] = (char *)shim->id;
	char *reason = make_process(shim, process, words);
	(void)unlink(PROCESS_FILE);
	return reason;
}

bool shim_runtime_has(const struct shim *shim)
{
	char *folder = text("%s/%s", shim->root, shim->id);
	bool has = exists(folder);
	free(folder);
	return has;
}
