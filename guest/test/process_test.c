// Children that end, and one that does not.
#include "check.h"

#include "guest.h"

#include <signal.h>
#include <unistd.h>

static void end_with(const void *status)
{
	_exit(*(const int *)status);
}

static void sleep_long(const void *nothing)
{
	(void)nothing;
	sleep(600);
}

static void test_groups(void)
{
	char *const arguments[] = {"sleep", "600", NULL};
	pid_t own = start_group("/bin/sleep", arguments, -1, -1, -1);
	pid_t ours = start_program("/bin/sleep", arguments, -1, -1, -1);
	CHECK(getpgid(own) == own && getpgid(ours) == getpgid(0));
	CHECK(kill(-own, SIGKILL) == 0 && wait_for(own) == 128 + SIGKILL);
	CHECK(!ends_within(ours, 0));
	CHECK(kill(ours, SIGKILL) == 0 && wait_for(ours) == 128 + SIGKILL);
}

static void test_bounded_functions(void)
{
	CHECK(status_within(60, end_with, &(int){0}) == 0);
	CHECK(status_within(60, end_with, &(int){7}) == 7);
	CHECK(status_within(1, sleep_long, NULL) == -1);
}

void test_process(void)
{
	test_groups();
	test_bounded_functions();
	pid_t quick = start_program("/bin/true", (char *[]){"true", NULL}, -1, -1, -1);
	CHECK(ends_within(quick, 60));
	CHECK(wait_for(quick) == 0);
	pid_t endless = start_program("/bin/sleep", (char *[]){"sleep", "600", NULL}, -1, -1, -1);
	CHECK(!ends_within(endless, 1));
	CHECK(kill(endless, SIGKILL) == 0);
	CHECK(ends_within(endless, 60));
	CHECK(wait_for(endless) == 128 + SIGKILL);
}
