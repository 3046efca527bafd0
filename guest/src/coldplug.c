#include "coldplug.h"
#include "guest.h"

#include <glob.h>
#include <string.h>

void coldplug_open(struct coldplug *devices)
{
	*devices = (struct coldplug){0};
	modules_open(&devices->modules, NULL);
	devices->modules.forbid_names = true;
	modules_configure(&devices->modules, "");
}

void coldplug_close(struct coldplug *devices)
{
	modules_close(&devices->modules);
	strings_free(&devices->seen);
}

bool coldplug_serve(struct coldplug *devices, const char *alias)
{
	for (size_t i = 0; i < devices->seen.count; i++)
		if (strcmp(devices->seen.items[i], alias) == 0)
			return false;
	strings_add(&devices->seen, alias);
	return modules_load(&devices->modules, alias, "");
}

bool coldplug_serve_present(struct coldplug *devices)
{
	bool loaded = false;
	glob_t found;
	if (glob("/sys/bus/*/devices/*/modalias", 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct buffer alias = {0};
		if (read_file(found.gl_pathv[i], 1 << 16, &alias) && *trim(alias.data) != '\0')
			loaded |= coldplug_serve(devices, trim(alias.data));
		buffer_free(&alias);
	}
	globfree(&found);
	return loaded;
}
