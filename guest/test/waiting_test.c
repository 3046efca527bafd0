// Limits on waiting.
#include "check.h"

#include "guest.h"

#include <signal.h>
#include <unistd.h>

void test_waiting(void)
{
	pid_t quick = start_program("/bin/true", (char *[]){"true", NULL}, -1, -1, -1);
	CHECK(ends_patiently(quick, "a quick program", 60));
	CHECK(wait_for(quick) == 0);
	pid_t endless = start_program("/bin/sleep", (char *[]){"sleep", "600", NULL}, -1, -1, -1);
	CHECK(!ends_patiently(endless, "an endless program", 1));
	CHECK(kill(endless, SIGKILL) == 0);
	CHECK(ends_patiently(endless, "an endless program", 0));
	CHECK(wait_for(endless) == 128 + SIGKILL);
	struct patience unlimited = patience_begin("nothing", 0), over = patience_begin("nothing", 1);
	over.start -= 2;
	CHECK(patience_left(&unlimited));
	CHECK(!patience_left(&over));
	unlimited.next = unlimited.start;
	CHECK(patience_left(&unlimited) && unlimited.next == unlimited.start + 30);
}
