// Loads images that are part of the system into a container engine: those below /images.
#include "archive.h"
#include "tools.h"
#include "unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#define IMAGES "/images"
#define DONE "/loaded" // tells the supervisor

struct options {
	const char *socket;    // of Docker's engine, or else
	const char *namespace; // of the system's containerd
	char **aliases;        // FOLDER=NAME
	int count;
};

// Returns the machine's architecture as images call it.
static const char *architecture(void)
{
	static struct utsname name;
	static const char *const names[][2] = {{"x86_64", "amd64"}, {"aarch64", "arm64"}};
	if (uname(&name) != 0)
		fatal("uname failed");
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(name.machine, names[i][0]) == 0)
			return names[i][1];
	return name.machine;
}

static int connect_to(const char *path)
{
	int fd = unix_connect(path, SOCK_STREAM);
	if (fd < 0)
		fatal("%s: %s", path, strerror(errno));
	return fd;
}

// Prints what the engine answers. Returns whether it has loaded the image.
static bool read_answer(int fd)
{
	struct buffer answer = {0};
	char data[4096];
	for (ssize_t got; answer.size < 1 << 20 && (got = read(fd, data, sizeof data)) > 0;)
		buffer_append(&answer, data, (size_t)got);
	bool good = answer.size > 0 && starts_with(answer.data, "HTTP/1.1 200 ") &&
		    strstr(answer.data, "\"errorDetail\"") == NULL;
	if (!good && answer.size > 0) {
		char *body = strstr(answer.data, "\r\n\r\n");
		body = trim(body != NULL ? body : answer.data);
		make_printable(body, strlen(body));
		say("the engine says: %s", body);
	} else if (!good) {
		say("the engine did not answer");
	}
	buffer_free(&answer);
	return good;
}

static bool load_into_docker(const struct image *image, const char *socket)
{
	static const char request[] = "POST /images/load?quiet=1 HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
				      "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n";
	struct sink sink = {.fd = connect_to(socket), .chunked = true};
	bool done = write_all(sink.fd, request, sizeof request - 1) && image_write(image, architecture(), &sink) &&
		    read_answer(sink.fd);
	close(sink.fd);
	return done;
}

static bool load_into_containerd(const struct image *image, const char *namespace)
{
	char *import[] = {"/usr/bin/ctr", "--namespace", (char *)namespace, "images", "import", "-", NULL};
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		fatal("pipe: %s", strerror(errno));
	pid_t pid = start_program(import[0], import, ends[0], STDOUT_FILENO, STDERR_FILENO);
	close(ends[0]);
	struct sink sink = {.fd = ends[1]};
	bool written = pid > 0 && image_write(image, architecture(), &sink);
	close(ends[1]);
	return pid > 0 && wait_for(pid) == 0 && written;
}

static bool load(const char *name, const struct options *options)
{
	const char *alias = NULL;
	for (int i = 0; i < options->count; i++) {
		char *equals = strchr(options->aliases[i], '=');
		if ((size_t)(equals - options->aliases[i]) == strlen(name) && starts_with(options->aliases[i], name))
			alias = equals + 1;
	}
	char *folder = text(IMAGES "/%s", name);
	struct image image;
	bool done = image_open(&image, folder, alias) &&
		    (options->socket != NULL ? load_into_docker(&image, options->socket)
					     : load_into_containerd(&image, options->namespace));
	for (size_t i = 0; done && i < image.names.count; i++)
		say("loaded %s", image.names.items[i]);
	image_close(&image);
	free(folder);
	return done;
}

static bool read_options(int count, char **arguments, struct options *options)
{
	*options = (struct options){.namespace = "k8s.io"};
	int i = 1;
	for (; i + 1 < count && arguments[i][0] == '-'; i += 2)
		if (strcmp(arguments[i], "-docker") == 0)
			options->socket = arguments[i + 1];
		else if (strcmp(arguments[i], "-containerd") == 0)
			options->namespace = arguments[i + 1];
		else
			return false;
	options->aliases = arguments + i;
	options->count = count - i;
	for (; i < count; i++)
		if (strchr(arguments[i], '=') == NULL)
			return false;
	return true;
}

int preload_main(int count, char **arguments)
{
	struct options options;
	struct strings names = {0};
	if (!read_options(count, arguments, &options)) {
		say("usage: %s [-docker SOCKET | -containerd NAMESPACE] [FOLDER=NAME…]", program_name);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	if (!list_directory(IMAGES, &names))
		fatal(IMAGES ": %s", strerror(errno));
	bool done = true;
	for (size_t i = 0; i < names.count; i++)
		done &= load(names.items[i], &options);
	strings_free(&names);
	return done && open_log(DONE, true) >= 0 ? 0 : 1;
}
