// Kernel modules of the running kernel, by name or alias, with what they depend on.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct module {
	char *name;         // as the kernel spells it: with _ for -
	char *path;         // below the folder of the modules
	char *dependencies; // paths, separated by spaces, each after those that need it
	bool tried, loaded;
};

struct modules {
	char *folder;
	struct module *list;
	size_t count;
	struct module_alias {
		char *pattern, *name;
		size_t fixed; // bytes before the first wildcard
	} *aliases;
	size_t alias_count;
};

// Reads modules.dep and modules.alias in a folder (NULL: that of the running kernel); nothing there is no modules.
void modules_open(struct modules *modules, const char *folder);
void modules_close(struct modules *modules);
// Loads what the name or alias stands for; whether any module is there now. `parameters` may be "".
bool modules_load(struct modules *modules, const char *name, const char *parameters);
// Calls for each module that a name or alias stands for; how many there were.
size_t modules_match(struct modules *modules, const char *name, void (*found)(struct module *, void *), void *context);
