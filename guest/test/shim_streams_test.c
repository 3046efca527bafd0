// The standard streams of a shim's processes.
#include "check.h"

#include "shim.h"
#include "shim_runtime.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_file(const char *path, const char *content)
{
	struct buffer is = {0};
	CHECK(read_file(path, 4096, &is));
	CHECK_TEXT(is.data, content);
	buffer_free(&is);
}

static void test_streams(const char *folder)
{
	struct shim_streams streams;
	char block[16];
	char *file = text("%s/logs/web.log", folder), *fifo = text("%s/fifo", folder), *in = text("%s/in", folder);
	CHECK(mkfifo(fifo, 0600) == 0 && mkfifo(in, 0600) == 0);
	const char *const paths[3] = {in, fifo, file};
	CHECK(shim_streams_open(&streams, paths, false)); // nobody else has the FIFOs open
	int writer = open(in, O_WRONLY | O_CLOEXEC | O_NONBLOCK), reader = open(fifo, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	CHECK(write(writer, "abc", 3) == 3 && read(streams.given[0], block, sizeof block) == 3);
	CHECK(write(streams.given[1], "out", 3) == 3 && read(reader, block, sizeof block) == 3);
	close(reader);
	CHECK(write(streams.given[1], "out", 3) == 3); // the shim keeps the FIFO open while a reader is replaced
	close(writer);
	CHECK(write(streams.given[2], "error", 5) == 5);
	struct stat status;
	CHECK(fstat(streams.given[2], &status) == 0 && S_ISFIFO(status.st_mode)); // not the file itself
	int process = dup(streams.given[0]);
	shim_streams_close_given(&streams);
	struct pollfd polled[SHIM_COPIES];
	CHECK(shim_streams_poll(&streams, polled) == 1 && poll(polled, 1, 1000) == 1);
	shim_streams_copy(&streams);
	expect_file(file, "error");
	shim_streams_end_input(&streams);
	CHECK(read(process, block, sizeof block) == 0);
	close(process);
	shim_streams_close(&streams);
	CHECK(!shim_streams_open(&streams, (const char *const[3]){"", "binary:///logger", ""}, false));
	shim_streams_close(&streams);
	CHECK(shim_streams_open(&streams, (const char *const[3]){"", "", ""}, false) && streams.given[0] < 0);
	shim_streams_close(&streams);
	free(file);
	free(fifo);
	free(in);
}

// Returns the number that the next descriptor gets.
static int next_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && close(fd) == 0);
	return fd;
}

static void test_terminal(const char *folder)
{
	struct shim_streams streams;
	int ends[2];
	const int next = next_descriptor();
	char *file = text("%s/terminal.log", folder);
	CHECK(shim_streams_open(&streams, (const char *const[3]){"", file, ""}, true));
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	shim_streams_connect(&streams, ends[0]);
	CHECK(write(ends[1], "prompt", 6) == 6);
	shim_streams_copy(&streams);
	expect_file(file, "prompt");
	shim_streams_close(&streams);
	close(ends[1]);
	CHECK(next_descriptor() == next);
	free(file);
}

// A start that fails, as there is no such container, can be repeated.
static void test_failed_start(const char *folder)
{
	char before[4096], *file = text("%s/again.log", folder);
	struct buffer nothing = {0};
	struct shim shim = {.namespace = "n", .id = "web", .bundle = ".", .root = "/missing", .memory = -1};
	CHECK(getcwd(before, sizeof before) != NULL && chdir(folder) == 0);
	const int next = next_descriptor();
	struct shim_process *process = shim_process_new("e", &nothing, 4);
	free(process->paths[1]);
	process->paths[1] = file;
	for (int i = 0; i < 2; i++) {
		char *reason = shim_runtime_exec(&shim, process);
		CHECK(reason != NULL);
		free(reason);
	}
	shim_process_free(process);
	CHECK(next_descriptor() == next && chdir(before) == 0);
}

// A full disk costs a process what it wrote meanwhile, not what it writes later.
static void test_full_disk(const char *folder)
{
	struct shim_streams streams;
	char *file = text("%s/full.log", folder);
	CHECK(shim_streams_open(&streams, (const char *const[3]){"", file, ""}, false));
	int fd = dup(streams.copies[0].to), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0 && full >= 0 && dup2(full, streams.copies[0].to) >= 0);
	CHECK(write(streams.given[1], "lost", 4) == 4);
	shim_streams_copy(&streams);
	CHECK(streams.copies[0].from >= 0 && dup2(fd, streams.copies[0].to) >= 0);
	CHECK(write(streams.given[1], "kept", 4) == 4);
	shim_streams_close(&streams);
	expect_file(file, "kept");
	close(full);
	close(fd);
	free(file);
}

void test_shim_streams(void)
{
	char folder[] = "/tmp/shim-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	test_streams(folder);
	test_terminal(folder);
	test_failed_start(folder);
	test_full_disk(folder);
	char *command = text("rm -rf %s", folder);
	CHECK(system(command) == 0);
	free(command);
}
