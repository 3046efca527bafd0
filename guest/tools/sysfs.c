// sysfs [-configDir DIR] [-sysfsDir DIR]: sets what files list as PATH = VALUE, in name order, below /sys. The
// first failure ends it.
#include "guest.h"
#include "setting_lines.h"
#include "tools.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static void set_attribute(const char *file, char *line, const char *root)
{
	char *equals = strchr(line, '=');
	if (equals == NULL || strchr(equals + 1, '=') != NULL)
		fatal("%s: not PATH = VALUE: %s", file, line);
	*equals = '\0';
	char *path = text("%s/%s", root, trim(line));
	if (strstr(path, "/../") != NULL || ends_with(path, "/.."))
		fatal("%s: not below %s: %s", file, root, path);
	if (!write_file(path, trim(equals + 1))) {
		say_errno("%s: %s", file, path);
		exit(1);
	}
	free(path);
}

int sysfs_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"configDir", required_argument, NULL, 'c'},
		{"sysfsDir", required_argument, NULL, 's'},
		{0},
	};
	const char *folder = "/etc/sysfs.d", *root = "/sys";
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 'c': folder = optarg; break;
		case 's': root = optarg; break;
		default: fatal("usage: %s [-configDir DIR] [-sysfsDir DIR]", program_name);
		}
	return setting_lines(folder, set_attribute, root) ? 0 : 1;
}
