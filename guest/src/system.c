// service as 010-onboot and 020-containerd: starts the supervisor, and has it start the services.
#include "control.h"
#include "guest.h"
#include "keeper.h"
#include "memory_shares.h"
#include "service.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define STEP "/etc/init.d/020-containerd"
#define SETTINGS "/etc/containerd/runtime-config.toml"

// Returns when the supervisor accepts requests, or has failed.
static void start_supervisor(const struct service_options *options)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		fatal("cannot make a pipe");
	pid_t pid = fork();
	if (pid < 0)
		fatal("cannot start the supervisor");
	if (pid == 0) {
		close(ends[0]);
		keep_supervisor(options, ends[1]);
	}
	close(ends[1]);
	char none;
	while (read(ends[0], &none, 1) < 0 && errno == EINTR) {
	}
	close(ends[0]);
}

static bool has_services(const char *root)
{
	struct strings names = {0};
	(void)list_directory(root, &names);
	bool has = names.count > 0;
	strings_free(&names);
	return has;
}

// A setting may name a file on a disk that an onboot container mounts.
void start_system_early(const struct service_options *options)
{
	if (!exists(STEP) || !exists(options->containerd) || !has_services(options->root) || exists(SETTINGS))
		return;
	mount_containerd_memory();
	start_supervisor(options);
}

int start_system(const struct service_options *options)
{
	static const char *const request[] = {CONTROL_BOOT};
	mount_containerd_memory(); // again, as an onboot container may have mounted something above it
	char *path = control_path(options->socket);
	int status = control_request(path, request, COUNT(request));
	if (status < 0) {
		start_supervisor(options);
		status = control_request(path, request, COUNT(request));
	}
	free(path);
	return status < 0 ? 1 : status;
}
