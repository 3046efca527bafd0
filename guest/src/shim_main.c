// /usr/bin/containerd-shim-linuxkit-v1: called by containerd in the folder of a container's bundle, with
// `start` for a new shim and with `delete` for one that has ended.
#include "applets.h"
#include "sha256.h"
#include "shim.h"
#include "shim_root.h"
#include "shim_runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKETS "/run/containerd/s"
#define STATE "/run/containerd/runc"
#define ADDRESS "address" // in the bundle: where containerd finds the socket again
#define KILLED 137        // the exit status of a container whose shim ended
#define BACKLOG 16

struct arguments {
	const char *namespace, *id, *address, *bundle, *command;
};

// Reads -NAME VALUE, --NAME VALUE and --NAME=VALUE; a name that is not known has no value.
static bool read_arguments(char **words, struct arguments *arguments)
{
	const struct {
		const char *name, **value;
	} options[] = {{"namespace", &arguments->namespace}, {"id", &arguments->id}, {"address", &arguments->address},
		       {"bundle", &arguments->bundle}, {"publish-binary", &(const char *){NULL}}};
	for (; *words != NULL && **words == '-'; words++) {
		const char *name = *words + 1 + ((*words)[1] == '-');
		const size_t length = strcspn(name, "=");
		for (size_t i = 0; i < COUNT(options); i++)
			if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0) {
				if (name[length] != '=' && words[1] == NULL)
					return false;
				*options[i].value = name[length] == '=' ? name + length + 1 : *++words;
				break;
			}
	}
	arguments->command = *words;
	return *words != NULL && words[1] == NULL && arguments->namespace != NULL && arguments->id != NULL &&
	       strchr(arguments->id, '/') == NULL && strchr(arguments->namespace, '/') == NULL;
}

static char *socket_path(const struct arguments *arguments)
{
	unsigned char hash[SHA256_SIZE];
	char digits[2 * SHA256_SIZE + 1];
	char *name = text("%s/%s", arguments->namespace, arguments->id);
	sha256(arguments->address, strlen(arguments->address), name, strlen(name) + 1, hash);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(digits + 2 * i, 3, "%02x", hash[i]);
	free(name);
	return text(SOCKETS "/%s", digits);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	(void)unlink(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mode_t mask = umask(0177);
	bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0;
	umask(mask);
	if (bound)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool save_address(const char *address)
{
	int fd = open("." ADDRESS, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool done = fd >= 0 && write_all(fd, address, strlen(address));
	if (fd >= 0)
		close(fd);
	return done && rename("." ADDRESS, ADDRESS) == 0;
}

// Makes the kernel kill it after all services, but before containerd, if memory runs out.
static void protect(void)
{
	struct buffer content = {0};
	char *parent = text("/proc/%d/oom_score_adj", getppid());
	if (read_file(parent, 32, &content)) {
		const long score = strtol(content.data, NULL, 10);
		char *own = text("%ld", score < 1000 ? score + 1 : 1000);
		(void)write_file("/proc/self/oom_score_adj", own);
		free(own);
	}
	buffer_free(&content);
	free(parent);
}

// Leaves containerd's process group and streams; messages go into its log.
static void detach(void)
{
	setsid();
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC), log = open("log", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(log >= 0 ? log : nothing, STDERR_FILENO);
	close(nothing);
	if (log >= 0)
		close(log);
}

static char *working_directory(void)
{
	char *path = getcwd(NULL, 0);
	return path != NULL ? path : copy_text(".");
}

static int start(const struct arguments *arguments)
{
	struct shim shim = {.namespace = arguments->namespace, .id = arguments->id, .memory = -1};
	const char *events = getenv("TTRPC_ADDRESS");
	char *path = socket_path(arguments), *address = text("unix://%s", path);
	int listener = make_directories(SOCKETS, 0711) ? listen_at(path) : -1;
	if (listener < 0 || !save_address(address)) {
		say_errno("%s", path);
		return 1;
	}
	protect();
	pid_t pid = fork();
	if (pid < 0) {
		say_errno("fork");
		return 1;
	}
	if (pid > 0) {
		(void)write_all(STDOUT_FILENO, address, strlen(address));
		_exit(0);
	}
	detach();
	shim.bundle = working_directory();
	shim.root = text(STATE "/%s", arguments->namespace);
	shim.events = (struct shim_events){.fd = -1, .namespace = arguments->namespace};
	shim.events.address = events != NULL ? events : text("%s.ttrpc", arguments->address);
	shim_serve(&shim, listener);
}

static void remove_socket(void)
{
	struct buffer content = {0};
	if (read_file(ADDRESS, 256, &content) && starts_with(content.data, "unix://" SOCKETS "/"))
		(void)unlink(content.data + strlen("unix://"));
	buffer_free(&content);
}

// Removes what a shim has left, and prints the end of its container for containerd.
static int delete(const struct arguments *arguments)
{
	struct buffer answer = {0};
	struct timespec now;
	if (arguments->bundle != NULL && chdir(arguments->bundle) != 0)
		say_errno("%s", arguments->bundle);
	struct shim shim = {.namespace = arguments->namespace, .id = arguments->id, .memory = -1, .bundle = working_directory()};
	shim.root = text(STATE "/%s", arguments->namespace);
	if (shim_runtime_has(&shim)) {
		char *reason = shim_runtime_run(&shim, (char *[]){"delete", "--force", (char *)arguments->id, NULL});
		if (reason != NULL)
			say("%s", reason);
		free(reason);
	}
	char *root = text("%s/rootfs", shim.bundle);
	shim_root_unmount(root);
	remove_socket();
	clock_gettime(CLOCK_REALTIME, &now);
	protobuf_number(&answer, 1, (uint64_t)read_pid("init.pid"));
	protobuf_number(&answer, 2, KILLED);
	protobuf_time(&answer, 3, &now);
	bool done = write_all(STDOUT_FILENO, answer.data, answer.size);
	buffer_free(&answer);
	free(root);
	free(shim.bundle);
	free(shim.root);
	return done ? 0 : 1;
}

int shim_main(int count, char **words)
{
	struct arguments arguments = {.address = ""};
	if (count > 1 && read_arguments(words + 1, &arguments)) {
		if (strcmp(arguments.command, "start") == 0)
			return start(&arguments);
		if (strcmp(arguments.command, "delete") == 0)
			return delete(&arguments);
	}
	say("called by containerd only: -namespace NAME -address SOCKET -id ID start | delete");
	return 1;
}
