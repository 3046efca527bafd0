#include "daemon.h"
#include "logger.h"
#include "logs.h"
#include "report.h"
#include "settings.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETTINGS "/etc/containerd/runtime-config.toml"
#define STREAM "containerd"
#define FOLDER "/var/lib/containerd"
#define FIRST_MILLISECONDS 500
#define SLOWEST_MILLISECONDS 30000
#define TRIES 5
#define STEADY_MILLISECONDS 60000 // after which earlier failures no longer count
#define NOTE_MILLISECONDS 30000
#define BOOT_MILLISECONDS 180000  // after which the boot no longer waits for it
#define START_MILLISECONDS 600000 // after which it is killed: with many services and little power, it needs minutes
#define MISSES 3                  // calls in a row without an answer, after which it is killed

// Opens the destination of containerd's output: what a setting names, or its log.
static int output(const struct supervisor *supervisor, const char *wanted)
{
	struct logs logs = {.external = supervisor->external, .folder = "/var/log"};
	if (wanted == NULL)
		return supervisor->external ? logs_stream(&logs, STREAM) : logger_open(STREAM, true);
	if (strcmp(wanted, "stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(wanted, "stderr") == 0)
		return STDERR_FILENO;
	int fd = *wanted == '/' ? open(wanted, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	if (fd < 0)
		say(SETTINGS ": output must be stdout, stderr or a writable file: %s", wanted);
	return fd;
}

static void close_output(int fd)
{
	if (fd > STDERR_FILENO)
		close(fd);
}

static pid_t start_containerd(const struct supervisor *supervisor)
{
	const char *program = supervisor->options->containerd;
	struct settings settings;
	settings_read(&settings, SETTINGS);
	struct strings arguments = {0};
	strings_add(&arguments, program);
	char *position = NULL;
	for (char *word = settings.cliopts ? strtok_r(settings.cliopts, " \t\r\n", &position) : NULL; word != NULL;
	     word = strtok_r(NULL, " \t\r\n", &position))
		strings_add(&arguments, word);
	int out = output(supervisor, settings.out), err = output(supervisor, settings.err);
	pid_t pid = start_program(program, arguments.items, -1, out, err);
	close_output(out);
	close_output(err);
	strings_free(&arguments);
	settings_free(&settings);
	return pid;
}

// containerd is a likely victim if memory runs out, and nothing starts without it: it goes after all
// services, but before the supervisor.
static void protect(pid_t pid)
{
	char *score = text("/proc/%d/oom_score_adj", pid);
	if (!write_file(score, "-900"))
		say_errno("%s", score);
	free(score);
}

// Returns whether the folder is the one that containerd was started with, and notes which it is now.
static bool note_folder(struct daemon *daemon)
{
	struct stat now = {0};
	(void)stat(FOLDER, &now);
	const bool same = now.st_dev == daemon->device && now.st_ino == daemon->inode;
	daemon->device = now.st_dev;
	daemon->inode = now.st_ino;
	return same;
}

static void start(struct supervisor *supervisor)
{
	struct daemon *daemon = &supervisor->daemon;
	if (!supervisor->called && stopping()) {
		supervisor->held = true;
		return;
	}
	chart_begin("containerd", "containerd");
	daemon->since = daemon->noted = now_milliseconds();
	(void)note_folder(daemon);
	if (unlink(supervisor->options->socket) != 0 && errno != ENOENT)
		say_errno("%s", supervisor->options->socket);
	daemon->pid = start_containerd(supervisor);
	if (daemon->pid < 0) {
		daemon->pid = 0;
		daemon->due = daemon->since + SLOWEST_MILLISECONDS;
		report("cannot start containerd");
		return;
	}
	protect(daemon->pid);
	daemon->prober = work_await_containerd(supervisor);
}

static void kill_hanging(struct daemon *daemon, int64_t now)
{
	daemon->since = daemon->checked = now;
	daemon->misses = 0;
	(void)kill(daemon->pid, SIGKILL);
}

// Makes a call now and then, and kills containerd if it does not answer several of them, each before the
// next one is due.
static void check(struct supervisor *supervisor, int64_t now)
{
	struct daemon *daemon = &supervisor->daemon;
	if (supervisor->check_seconds == 0 || now < daemon->checked + supervisor->check_seconds * 1000)
		return;
	if (daemon->checker > 0) {
		(void)kill(daemon->checker, SIGKILL);
		daemon->checker = 0;
		daemon->misses++;
	}
	if (daemon->misses >= MISSES) {
		report("containerd has not answered for %d s, and is killed", MISSES * supervisor->check_seconds);
		kill_hanging(daemon, now);
		return;
	}
	daemon->checked = now;
	daemon->checker = work_check_containerd(supervisor);
}

static void wait_until_it_serves(struct supervisor *supervisor, int64_t now)
{
	struct daemon *daemon = &supervisor->daemon;
	if (daemon->prober == 0)
		daemon->prober = work_await_containerd(supervisor);
	daemon->overdue = daemon->overdue || now - daemon->since >= BOOT_MILLISECONDS;
	if (now - daemon->since >= START_MILLISECONDS) {
		report("containerd does not answer %d s after its start, and is killed", START_MILLISECONDS / 1000);
		kill_hanging(daemon, now);
	} else if (now - daemon->noted >= NOTE_MILLISECONDS) {
		daemon->noted = now;
		report("still waiting for containerd, started %d s ago; see /var/log/" STREAM ".log",
		       (int)((now - daemon->since) / 1000));
	}
}

void daemon_tick(struct supervisor *supervisor)
{
	struct daemon *daemon = &supervisor->daemon;
	const int64_t now = now_milliseconds();
	if (supervisor->shutting)
		return;
	if (daemon->pid == 0 && now >= daemon->due && !supervisor->held)
		start(supervisor);
	if (daemon->pid != 0 && daemon->serves)
		check(supervisor, now);
	else if (daemon->pid != 0)
		wait_until_it_serves(supervisor, now);
}

int64_t daemon_due(const struct supervisor *supervisor)
{
	const struct daemon *daemon = &supervisor->daemon;
	if (supervisor->shutting || (daemon->pid == 0 && supervisor->held))
		return INT64_MAX;
	if (daemon->pid == 0)
		return daemon->due;
	if (daemon->serves)
		return supervisor->check_seconds == 0 ? INT64_MAX : daemon->checked + supervisor->check_seconds * 1000;
	const int64_t note = daemon->noted + NOTE_MILLISECONDS, last = daemon->since + START_MILLISECONDS;
	return note < last ? note : last;
}

int daemon_back_off(unsigned failures)
{
	if (failures > TRIES)
		return SLOWEST_MILLISECONDS;
	return failures == 0 ? 0 : FIRST_MILLISECONDS << (failures - 1);
}

void daemon_call(struct supervisor *supervisor)
{
	struct daemon *daemon = &supervisor->daemon;
	if (daemon->pid == 0 || note_folder(daemon))
		return;
	report("another file system is at " FOLDER " now: containerd is started again");
	daemon->moved = true;
	daemon->serves = daemon->cleaned = false;
	(void)kill(daemon->pid, SIGKILL); // it has done nothing yet
}

// Decides what follows containerd's end. The exit status is -1 if it is not known.
static void ended(struct supervisor *supervisor, int exit_status)
{
	struct daemon *daemon = &supervisor->daemon;
	const int64_t now = now_milliseconds();
	daemon->pid = 0;
	daemon->serves = false;
	if (daemon->prober > 0)
		(void)kill(daemon->prober, SIGKILL);
	if (daemon->checker > 0)
		(void)kill(daemon->checker, SIGKILL);
	daemon->checker = 0;
	if (!supervisor->called && stopping())
		supervisor->held = true;
	if (supervisor->shutting || supervisor->held)
		return;
	if (daemon->moved) {
		daemon->moved = false;
		daemon->due = now;
		return;
	}
	if (now - daemon->since >= STEADY_MILLISECONDS)
		daemon->failures = 0;
	daemon->failures++;
	const int wait = daemon_back_off(daemon->failures);
	daemon->due = now + wait;
	char *ending = ending_text(exit_status);
	char *next = duration_text(wait);
	report("containerd %s; it is started again in %s; services go on", ending, next);
	if (daemon->failures == TRIES + 1)
		report("containerd has ended %d times in a row: it is tried every %d s from now on; see /var/log/" STREAM
		       ".log", TRIES + 1, SLOWEST_MILLISECONDS / 1000);
	free(ending);
	free(next);
}

bool daemon_ended(struct supervisor *supervisor, pid_t pid, int status)
{
	struct daemon *daemon = &supervisor->daemon;
	if (pid == daemon->pid) {
		ended(supervisor, exit_status(status));
		return true;
	}
	if (pid == daemon->checker) {
		daemon->checker = 0;
		daemon->misses = status == 0 ? 0 : daemon->misses + 1;
		return true;
	}
	if (pid != daemon->prober)
		return false;
	daemon->prober = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || daemon->moved || daemon->pid == 0)
		return true; // killed with containerd, or too late
	if (daemon->cleaned)
		report("containerd serves again");
	chart_end("containerd", "containerd");
	daemon->serves = daemon->cleaned = true;
	daemon->overdue = false;
	daemon->checked = now_milliseconds();
	daemon->misses = 0;
	return true;
}

// Returns whether a process runs containerd's program: a number may be another's now.
static bool is_containerd(const struct supervisor *supervisor, pid_t pid)
{
	struct stat program, wanted;
	char *link = text("/proc/%d/exe", pid);
	const bool is = stat(link, &program) == 0 && stat(supervisor->options->containerd, &wanted) == 0 &&
			program.st_dev == wanted.st_dev && program.st_ino == wanted.st_ino;
	free(link);
	return is;
}

void daemon_adopt(struct supervisor *supervisor)
{
	struct daemon *daemon = &supervisor->daemon;
	daemon->prober = daemon->checker = 0; // they ended with their supervisor
	daemon->process = daemon->pid > 0 ? (int)syscall(SYS_pidfd_open, daemon->pid, 0) : -1;
	if (daemon->pid > 0 && (daemon->process < 0 || !is_containerd(supervisor, daemon->pid)))
		daemon_adopted_ended(supervisor);
}

void daemon_adopted_ended(struct supervisor *supervisor)
{
	struct daemon *daemon = &supervisor->daemon;
	if (daemon->process >= 0)
		close(daemon->process);
	daemon->process = -1;
	ended(supervisor, -1);
}
