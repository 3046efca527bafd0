// service as 020-containerd: starts the supervisor and waits until the services are ready.
#include "guest.h"
#include "memory_shares.h"
#include "service.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int start_system(const struct service_options *options)
{
	mount_containerd_memory();
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		fatal("cannot make a pipe");
	pid_t pid = fork();
	if (pid < 0)
		fatal("cannot start the supervisor");
	if (pid == 0) {
		close(ends[0]);
		supervise(options, ends[1]);
	}
	close(ends[1]);
	char none;
	while (read(ends[0], &none, 1) < 0 && errno == EINTR) {
	}
	return 0;
}
