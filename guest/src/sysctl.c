// sysctl [-configDir DIR] [-sysctlDir DIR]: sets the kernel parameters listed in files, in
// name order. KEY is net.ipv4.ip_forward or net/ipv4/ip_forward; -KEY may fail.
#include "applets.h"
#include "guest.h"
#include "setting_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void set_parameter(const char *file, char *line, const char *root)
{
	char *equals = strchr(line, '=');
	if (equals == NULL || strchr(equals + 1, '=') != NULL) {
		say("%s: not KEY = VALUE: %s", file, line);
		return;
	}
	*equals = '\0';
	char *key = trim(line), *value = trim(equals + 1);
	bool may_fail = *key == '-';
	key += may_fail;
	// The first separator is the one between names; the other one may be part of a name, as in eth0.5.
	if (key[strcspn(key, "./")] == '.')
		for (char *c = key; *c != '\0'; c++)
			*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	char *path = text("%s/%s", root, key);
	bool outside = strstr(path, "/../") != NULL || ends_with(path, "/..");
	if (outside)
		errno = EINVAL;
	if (outside || (!write_file(path, value) && !may_fail))
		say_errno("%s: %s", file, path);
	free(path);
}

int sysctl_main(int count, char **arguments)
{
	const char *folder = "/etc/sysctl.d", *root = "/proc/sys";
	for (int i = 1; i < count; i++) {
		const char *option = arguments[i] + strspn(arguments[i], "-");
		if (option != arguments[i] && strcmp(option, "configDir") == 0 && i + 1 < count) {
			folder = arguments[++i];
		} else if (option != arguments[i] && strcmp(option, "sysctlDir") == 0 && i + 1 < count) {
			root = arguments[++i];
		} else {
			say("usage: %s [-configDir DIR] [-sysctlDir DIR]", program_name);
			return 1;
		}
	}
	// The other files count even if one cannot be read.
	return setting_lines(folder, set_parameter, root) || exists(folder) ? 0 : 1;
}
