// One program with several names: argv[0] selects its function.
#include "applets.h"
#include "guest.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(int count, char **arguments);
} applets[] = {
	{"000-issue", issue_main},
	{"015-random-seed", random_seed_main},
	{"autologin", autologin_main},
	{"containerd-shim-linuxkit-v1", shim_main},
	{"deny-console", deny_console_main},
	{"halt", power_main},
	{"modprobe", modprobe_main},
	{"poweroff", power_main},
	{"rc.init", boot_main},
	{"rc.shutdown", shutdown_main},
	{"reboot", power_main},
	{"rungetty", rungetty_main},
	{"rungetty.sh", rungetty_main},
	{"sysctl", sysctl_main},
	{"usermode-helper", usermode_helper_main},
};

int main(int count, char **arguments)
{
	if (count < 1)
		return 1;
	standard_streams();
	const char *path = arguments[0], *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	program_name = name;
	// The full path distinguishes /init from /sbin/init. A locked-down kernel runs /sbin/usermode-helper
	// with the name of the program it wants.
	if (strcmp(path, "/init") == 0)
		return leave_initramfs_main(count, arguments);
	if (is_usermode_helper())
		return usermode_helper_main(count, arguments);
	if (strcmp(name, "init") == 0)
		return init_main(count, arguments);
	for (size_t i = 0; i < COUNT(applets); i++)
		if (strcmp(name, applets[i].name) == 0)
			return applets[i].run(count, arguments);
	return service_main(count, arguments);
}
