// Children that end, and one that does not.
#include "check.h"

#include "guest.h"

#include <signal.h>
#include <unistd.h>

void test_process(void)
{
	pid_t quick = start_program("/bin/true", (char *[]){"true", NULL}, -1, -1, -1);
	CHECK(ends_within(quick, 60));
	CHECK(wait_for(quick) == 0);
	pid_t endless = start_program("/bin/sleep", (char *[]){"sleep", "600", NULL}, -1, -1, -1);
	CHECK(!ends_within(endless, 1));
	CHECK(kill(endless, SIGKILL) == 0);
	CHECK(ends_within(endless, 60));
	CHECK(wait_for(endless) == 128 + SIGKILL);
}
