// modprobe [-a] [-b] [-q] NAME [PARAMETER=VALUE]…: loads modules by name or alias. Also called by the
// kernel.
#include "applets.h"
#include "guest.h"
#include "modules.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool built_in(const struct modules *modules, const char *name)
{
	char *path = text("%s/modules.builtin", modules->folder), *file = text("/%s.ko", name);
	struct buffer list = {0};
	// The file may have - or _ in a name, as the source file does.
	for (char *c = file; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	bool found = false;
	if (read_file(path, 1 << 20, &list)) {
		for (char *c = list.data; *c != '\0'; c++)
			if (*c == '-')
				*c = '_';
		found = strstr(list.data, file) != NULL;
	}
	buffer_free(&list);
	free(file);
	free(path);
	return found;
}

int modprobe_main(int count, char **arguments)
{
	bool all = false, blacklists = false, quiet = false;
	for (int option; (option = getopt(count, arguments, "+abqsv")) != -1;)
		switch (option) {
		case 'a': all = true; break;
		case 'b': blacklists = true; break;
		case 'q': quiet = true; break;
		case 's':
		case 'v': break;
		default: say("usage: %s [-a] [-b] [-q] NAME [PARAMETER=VALUE]...", program_name); return 1;
		}
	if (optind == count) {
		say("missing module name");
		return 1;
	}
	// The kernel asks for modules on behalf of any process, which must not be able to fill the console.
	int nothing = quiet ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
	if (nothing >= 0)
		(void)dup2(nothing, STDERR_FILENO);
	struct modules modules;
	modules_open(&modules, NULL);
	modules.forbid_names = blacklists;
	modules_configure(&modules, "");
	struct buffer parameters = {0};
	buffer_text(&parameters, "");
	for (int i = optind + 1; !all && i < count; i++) {
		buffer_text(&parameters, i > optind + 1 ? " " : "");
		buffer_text(&parameters, arguments[i]);
	}
	int result = 0;
	for (int i = optind; i < (all ? count : optind + 1); i++) {
		if (modules_load(&modules, arguments[i], parameters.data) || built_in(&modules, arguments[i]))
			continue;
		if (!quiet)
			say("module %s: not found or not loaded", arguments[i]);
		result = 1;
	}
	buffer_free(&parameters);
	modules_close(&modules);
	return result;
}
