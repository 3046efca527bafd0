// /sbin/usermode-helper: the only program that a locked-down kernel starts, with argv[0] naming the
// program it wants.
#include "applets.h"
#include "guest.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static const char *const allowed[] = {"/sbin/mdev", "/sbin/modprobe", "/sbin/poweroff", "/sbin/reboot"};

bool is_usermode_helper(void)
{
	// AT_EXECFN is the executed path. argv[0] is the wanted program, and /proc/self/exe may be the same for
	// all our names.
	const char *path = (const char *)getauxval(AT_EXECFN);
	return path != NULL && strcmp(path, "/sbin/usermode-helper") == 0;
}

int usermode_helper_main(int count, char **arguments)
{
	(void)count;
	for (size_t i = 0; i < COUNT(allowed); i++)
		if (strcmp(arguments[0], allowed[i]) == 0) {
			execv(allowed[i], arguments);
			say_errno("%s", allowed[i]);
			return 1;
		}
	say("refused: %s", arguments[0]);
	return 2;
}
