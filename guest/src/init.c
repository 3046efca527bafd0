// /sbin/init: process 1. Starts rc.init, reaps processes, and shuts down in an orderly way on signals.
//
// SIGUSR1 halts, SIGUSR2 powers off, SIGTERM and SIGINT (Ctrl-Alt-Del) restart.
#include "applets.h"
#include "guest.h"
#include "watchdog.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

// Seconds for processes to end by themselves if rc.shutdown could not be started.
#define GRACE_SECONDS 2

static pid_t start(const char *path, char *const arguments[])
{
	pid_t pid = start_program(path, arguments, -1, STDOUT_FILENO, STDERR_FILENO);
	if (pid < 0)
		say_errno("%s", path);
	return pid;
}

// Reaps all processes that have ended. Sets a given pid to 0 if its process is among them, since the
// kernel may reuse the number.
static void reap(pid_t *boot, pid_t *shutdown)
{
	for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;) {
		if (pid == *boot)
			*boot = 0;
		if (pid == *shutdown)
			*shutdown = 0;
	}
}

static _Noreturn void end(int how, struct watchdog *watchdog)
{
	kill(-1, SIGTERM);
	struct timespec rest = {.tv_sec = GRACE_SECONDS};
	sigset_t children;
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	while (waitpid(-1, NULL, WNOHANG) >= 0) // until there is no child left
		if (sigtimedwait(&children, NULL, &rest) < 0 && errno == EAGAIN)
			break;
	kill(-1, SIGKILL);
	sync();
	watchdog_stop(watchdog);
	reboot(how);
	say_errno("reboot");
	for (;;)
		pause();
}

int init_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	if (getpid() != 1) {
		say("must run as process 1; use poweroff, reboot or halt to stop the system");
		return 1;
	}
	sigset_t signals;
	sigemptyset(&signals);
	const int handled[] = {SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM, SIGINT};
	for (size_t i = 0; i < COUNT(handled); i++)
		sigaddset(&signals, handled[i]);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	reboot(RB_DISABLE_CAD); // Ctrl-Alt-Del becomes SIGINT
	setsid();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);

	pid_t boot = start("/bin/rc.init", (char *[]){"/bin/rc.init", NULL}), shutdown = -1;
	int how = 0;
	struct watchdog watchdog = {.fd = -1};
	for (;;) {
		watchdog_feed(&watchdog);
		int number = sigtimedwait(&signals, NULL, &(struct timespec){.tv_sec = WATCHDOG_INTERVAL});
		if (number == SIGCHLD) {
			reap(&boot, &shutdown);
			if (how != 0 && shutdown == 0)
				end(how, &watchdog);
			continue;
		}
		if (number < 0 || how != 0)
			continue; // a shutdown in progress cannot be changed
		how = number == SIGUSR1   ? RB_HALT_SYSTEM
		      : number == SIGUSR2 ? RB_POWER_OFF
					  : RB_AUTOBOOT;
		if (boot > 0)
			kill(boot, SIGKILL); // keeps an unfinished boot from starting anything more
		shutdown = start("/bin/rc.shutdown", (char *[]){"/bin/rc.shutdown", "noop", NULL});
		if (shutdown < 0)
			end(how, &watchdog);
	}
}
