// Kernel modules of the running kernel, by name or alias, with what they depend on.
#pragma once

#include "guest.h"

struct module {
	char *name;         // as the kernel spells it: with _ for -
	char *path;         // below the folder of the modules
	char *dependencies; // paths, separated by spaces, each after those that need it
	char *wishes;       // as in modules.softdep, such as "pre: crc32c post: foo"; NULL for none
	bool forbidden;     // by a blacklist
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

// Reads modules.dep, modules.alias and modules.softdep in a folder (NULL: that of the running kernel); nothing there is no modules.
void modules_open(struct modules *modules, const char *folder);
void modules_close(struct modules *modules);
// From now on modules_load passes over what the "blacklist NAME" lines of a folder's .conf files name; it still loads
// where another module needs it.
void modules_forbid(struct modules *modules, const char *folder);
// Loads what the name or alias stands for, with what that needs; whether any module is there now. `parameters` may be "".
bool modules_load(struct modules *modules, const char *name, const char *parameters);
// The modules named "pre" or "post" in a module's wishes.
void modules_wishes(const struct module *module, const char *kind, struct strings *names);
// Calls for each module that a name or alias stands for; how many there were.
size_t modules_match(struct modules *modules, const char *name, void (*found)(struct module *, void *), void *context);
