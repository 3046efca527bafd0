#include "keeper.h"
#include "control.h"
#include "kept.h"
#include "supervisor.h"
#include "transition.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define CHECK_SECONDS 30 // between two checks of the supervisor, unless the kernel command line says otherwise
#define MISSES 3         // checks in a row in which its loop did not come round, after which it is killed
#define PACE_MILLISECONDS 60000 // of its loop without checks

// A console that is held must not hold the supervisor: what cannot be printed at once is only logged.
static void open_console(void)
{
	int console = isatty(STDERR_FILENO) ? open("/dev/console", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	if (console < 0)
		return;
	dup2(console, STDOUT_FILENO);
	dup2(console, STDERR_FILENO);
	close(console);
}

static void prepare(sigset_t *term)
{
	program_name = "service";
	(void)prctl(PR_SET_NAME, "service-keeper");
	setsid(); // not a part of the boot any more, which may be ended as a whole
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(term);
	sigaddset(term, SIGTERM);
	sigprocmask(SIG_BLOCK, term, NULL);
	if (!write_file("/proc/self/oom_score_adj", "-999"))
		say_errno("oom_score_adj");
	open_console();
}

// The socket stays open while there is no supervisor: requests wait for the next one.
static void listen_for_requests(const struct service_options *options, struct control *control)
{
	char *path = control_path(options->socket);
	char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);
	if (!make_directories(folder, 0711) || !control_open(control, path))
		say_errno("%s", path);
	free(folder);
	free(path);
}

// Waits, unless the system asks all processes to end.
static void rest(const sigset_t *term, int milliseconds)
{
	const int64_t end = now_milliseconds() + milliseconds;
	for (int64_t left = milliseconds; left > 0; left = end - now_milliseconds()) {
		struct timespec time = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000L};
		if (sigtimedwait(term, NULL, &time) == SIGTERM && stopping())
			_exit(0);
	}
}

int keeper_wait(pid_t pid, const struct kept *kept, int seconds)
{
	unsigned last = kept_beats(kept);
	for (int misses = 0; seconds > 0 && !ends_within(pid, seconds);) {
		const unsigned beats = kept_beats(kept);
		misses = beats == last ? misses + 1 : 0;
		last = beats;
		if (misses == MISSES) {
			say("the supervisor has not responded for %d s, and is killed", MISSES * seconds);
			(void)kill(pid, SIGKILL);
		}
	}
	return wait_for(pid);
}

_Noreturn void keep_supervisor(const struct service_options *options, int ready)
{
	struct control control;
	struct kept kept;
	sigset_t term;
	prepare(&term);
	listen_for_requests(options, &control);
	kept_open(&kept);
	const int seconds = command_line_number("linuxkit.supervisor_check", CHECK_SECONDS);
	kept.pace = seconds > 0 && seconds < 120 ? seconds * 500 : PACE_MILLISECONDS;
	close(ready);
	for (int back_off = 0;;) {
		const int64_t start = now_milliseconds();
		pid_t pid = fork();
		if (pid == 0)
			supervise(options, &control, &kept);
		const int status = pid > 0 ? keeper_wait(pid, &kept, seconds) : 127;
		if (status == 0)
			_exit(0);
		back_off = next_back_off(back_off, now_milliseconds() - start);
		char *ending = ending_text(status), *wait = duration_text(back_off);
		say("the supervisor %s; it is started again in %s; services go on", ending, wait);
		free(ending);
		free(wait);
		rest(&term, back_off);
	}
}
