// Keeps the namespaces of a pod: waits until it is asked to end, and collects orphans of the pod's processes.
#include "tools.h"

#include "guest.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int pause_main(int count, char **arguments)
{
	sigset_t signals;
	int got = 0;
	(void)count, (void)arguments;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	// Blocked, since process 1 ignores signals that it neither handles nor waits for.
	if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
		return 1;
	while (got != SIGINT && got != SIGTERM) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		if (sigwait(&signals, &got) != 0)
			return 1;
	}
	return 0;
}
