// binfmt [-dir DIR] [-mount DIR]: registers interpreters for programs of other processors.
#include "guest.h"
#include "binfmt.h"
#include "setting_lines.h"
#include "tools.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

char *binfmt_name(const char *line)
{
	if (*line == '\0')
		return NULL;
	const char *name = line + 1, *end = strchr(name, *line); // the first character separates the fields
	if (end == NULL || end == name || memchr(name, '/', (size_t)(end - name)) != NULL || *name == '.')
		return NULL;
	return text("%.*s", (int)(end - name), name);
}

static void register_line(const char *file, char *line, const char *place)
{
	char *name = binfmt_name(line);
	if (name == NULL || strcmp(name, "register") == 0 || strcmp(name, "status") == 0)
		fatal("%s: not a registration: %s", file, line);
	char *entry = text("%s/%s", place, name), *all = text("%s/register", place);
	if ((exists(entry) && !write_file(entry, "-1")) || !write_file(all, line)) {
		say_errno("%s: %s", file, name);
		exit(1);
	}
	free(all);
	free(entry);
	free(name);
}

int binfmt_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"dir", required_argument, NULL, 'd'},
		{"mount", required_argument, NULL, 'm'},
		{0},
	};
	const char *folder = "/etc/binfmt.d", *place = "/proc/sys/fs/binfmt_misc";
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 'd': folder = optarg; break;
		case 'm': place = optarg; break;
		default: fatal("usage: %s [-dir DIR] [-mount DIR]", program_name);
		}
	if (mount("binfmt_misc", place, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "") != 0 && errno != EBUSY) {
		say_errno("cannot mount binfmt_misc on %s", place);
		return 1;
	}
	return setting_lines(folder, register_line, place) ? 0 : 1;
}
