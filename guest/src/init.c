// /sbin/init: process 1. Starts rc.init, reaps processes, and shuts down in an orderly way on signals.
//
// SIGUSR1 halts, SIGUSR2 powers off, SIGTERM and SIGINT (Ctrl-Alt-Del) restart. SIGPWR and SIGRTMIN+3,
// +4 and +5 are what container managers and hypervisors send: power off, halt, power off, restart.
#include "init.h"
#include "applets.h"
#include "guest.h"
#include "watchdog.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Seconds for processes to end by themselves if rc.shutdown could not be started.
#define GRACE_SECONDS 2
// Seconds for one container of onshutdown, unless the kernel command line says otherwise.
#define CONTAINER_SECONDS 60
// Seconds for the rest of rc.shutdown: services end, disks are closed.
#define REST_SECONDS 60
// Seconds to close disks after rc.shutdown failed to do so.
#define LAST_SECONDS 30

struct state {
	pid_t boot, shutdown; // 0: has ended
	int how;              // 0: up
	long deadline;        // 0: none
	bool container;
	struct watchdog watchdog;
};

static long now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

// Returns what a signal means, as an argument of reboot; 0 if nothing.
static int meaning(int signal)
{
	if (signal == SIGUSR1 || signal == SIGRTMIN + 3)
		return RB_HALT_SYSTEM;
	if (signal == SIGUSR2 || signal == SIGPWR || signal == SIGRTMIN + 4)
		return RB_POWER_OFF;
	if (signal == SIGTERM || signal == SIGINT || signal == SIGRTMIN + 5)
		return RB_AUTOBOOT;
	return 0;
}

static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGCHLD);
	for (int i = 1; i <= SIGRTMIN + 5; i++)
		if (meaning(i) != 0)
			sigaddset(signals, i);
	sigprocmask(SIG_BLOCK, signals, NULL);
}

// Reaps all processes that have ended, and forgets the numbers of ours, which the kernel may reuse.
// Returns false if there is no child left.
static bool reap(struct state *state)
{
	pid_t pid;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		if (pid == state->boot)
			state->boot = 0;
		if (pid == state->shutdown)
			state->shutdown = 0;
	}
	return pid == 0;
}

// Each of the last steps may take half of the watchdog's usual limit.
static void feed(struct state *state)
{
	if (!state->container)
		watchdog_feed(&state->watchdog);
}

static void sync_disks(const void *nothing)
{
	(void)nothing;
	sync();
}

// Ends every other process and then the system, or this container.
static _Noreturn void end(struct state *state)
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
	if (state->container)
		exit(0);
	feed(state);
	if (status_within(LAST_SECONDS, sync_disks, NULL) != 0)
		say("a disk does not respond: going on without it");
	watchdog_stop(&state->watchdog);
	reboot(state->how);
	say_errno("reboot");
	for (;;)
		pause();
}

// Gives up rc.shutdown, which includes what others added to it, and closes the disks.
static void overrun(struct state *state)
{
	feed(state);
	say("the shutdown takes too long: ending it now");
	kill(-1, SIGKILL);
	char *const arguments[] = {"/bin/rc.shutdown", "unmount", NULL};
	pid_t pid = start_program(arguments[0], arguments, -1, STDOUT_FILENO, STDERR_FILENO);
	if (pid > 0 && ends_within(pid, LAST_SECONDS))
		(void)wait_for(pid);
}

// Returns the seconds that a shutdown may take; 0: any number.
static int shutdown_limit(void)
{
	int each = command_line_number("linuxkit.shutdown_timeout", CONTAINER_SECONDS);
	struct strings names = {0};
	(void)list_directory("/containers/onshutdown", &names);
	int all = each == 0 ? 0 : each * (int)names.count + REST_SECONDS;
	strings_free(&names);
	return all;
}

static void shut_down(struct state *state, int how)
{
	state->how = how;
	set_stopping(true);
	if (state->boot > 0)
		kill(-state->boot, SIGKILL); // keeps an unfinished boot from starting anything more
	int limit = shutdown_limit();
	state->deadline = limit > 0 ? now() + limit : 0;
	char *const arguments[] = {"/bin/rc.shutdown", state->container ? "container" : "noop", NULL};
	state->shutdown = start_program(arguments[0], arguments, -1, STDOUT_FILENO, STDERR_FILENO);
	if (state->shutdown < 0) {
		say_errno("%s", arguments[0]);
		end(state);
	}
}

// Returns the next signal; SIGALRM when the deadline has passed; 0 or less after a while without one.
static int next_signal(struct state *state, const sigset_t *signals)
{
	feed(state);
	struct timespec wait = {.tv_sec = WATCHDOG_INTERVAL};
	if (state->deadline != 0) {
		long rest = state->deadline - now();
		if (rest <= 0)
			return SIGALRM;
		if (rest < wait.tv_sec)
			wait.tv_sec = rest;
	}
	return sigtimedwait(signals, NULL, &wait);
}

int first_process(pid_t boot, bool container)
{
	struct state state = {.boot = boot, .shutdown = -1, .container = container, .watchdog = {.fd = -1}};
	sigset_t signals;
	block_signals(&signals);
	for (int number = SIGCHLD;; number = next_signal(&state, &signals)) { // children may have ended before
		if (number == SIGCHLD) {
			bool left = reap(&state);
			if (state.how != 0 && state.shutdown == 0)
				end(&state);
			if (!left && container && state.how == 0)
				return 0;
		} else if (number == SIGALRM) {
			overrun(&state);
			end(&state);
		} else if (number > 0 && state.how == 0) { // a shutdown in progress cannot be changed
			shut_down(&state, meaning(number));
		}
	}
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
	block_signals(&signals);
	reboot(RB_DISABLE_CAD); // Ctrl-Alt-Del becomes SIGINT
	setsid();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	char *const program[] = {"/bin/rc.init", NULL};
	pid_t boot = start_group(program[0], program, -1, STDOUT_FILENO, STDERR_FILENO);
	if (boot < 0)
		say_errno("%s", program[0]);
	return first_process(boot, false);
}
