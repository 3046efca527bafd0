// sysfs [-configDir DIR] [-sysfsDir DIR]: sets what files list as PATH = VALUE, in name order, below /sys. The
// first failure ends it.
#include "guest.h"
#include "tools.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static void set_attribute(const char *root, const char *file, char *line)
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
	struct strings names = {0};
	if (!list_directory(folder, &names)) {
		say_errno("%s", folder);
		return 1;
	}
	for (size_t i = 0; i < names.count; i++) {
		char *path = text("%s/%s", folder, names.items[i]), *position = NULL;
		struct buffer content = {0};
		if (!read_file(path, 1 << 20, &content)) {
			say_errno("%s", path);
			exit(1);
		}
		for (char *line = strtok_r(content.data, "\n", &position); line != NULL;
		     line = strtok_r(NULL, "\n", &position)) {
			line = trim(line);
			if (*line != '\0' && *line != '#')
				set_attribute(root, names.items[i], line);
		}
		buffer_free(&content);
		free(path);
	}
	strings_free(&names);
	return 0;
}
