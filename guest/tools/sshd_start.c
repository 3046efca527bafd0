// Makes sshd's host keys if there are none, and becomes sshd.
#include "tools.h"

#include "guest.h"

#include <unistd.h>

int sshd_start_main(int count, char **arguments)
{
	static char *const generate[] = {"/usr/bin/ssh-keygen", "-A", NULL};
	(void)count;
	// -A makes only those keys that are missing.
	if (run_program(generate[0], generate) != 0)
		say("ssh-keygen failed");
	make_directories("/run/sshd", 0755); // where sshd gives up its rights
	arguments[0] = "/usr/sbin/sshd";
	execv(arguments[0], arguments);
	say_errno("cannot start %s", arguments[0]);
	return 1;
}
