// Modules of the running kernel, by name or alias, with their dependencies.
#pragma once

#include "guest.h"

struct module {
	char *name;              // as the kernel spells it: with _ instead of -
	char *path;              // relative to the folder of the modules
	char *dependencies;      // paths separated by spaces, each after those that need it
	char *soft_dependencies; // as in modules.softdep, such as "pre: crc32c post: foo"; or NULL
	bool blacklisted;
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

// Reads modules.dep, modules.alias and modules.softdep in a folder (NULL: that of the running kernel).
// Missing files are treated as empty.
void modules_open(struct modules *modules, const char *folder);
void modules_close(struct modules *modules);
// Reads the "blacklist NAME" lines of a folder's .conf files. From then on, modules_load loads these
// modules only as dependencies.
void modules_read_blacklists(struct modules *modules, const char *folder);
// Loads the modules that match a name or alias, and their dependencies. Returns whether any of them is
// loaded now. `parameters` may be "".
bool modules_load(struct modules *modules, const char *name, const char *parameters);
// Lists the soft dependencies of a kind, "pre" or "post".
void modules_soft_dependencies(const struct module *module, const char *kind, struct strings *names);
// Calls `found` for each module that matches a name or alias. Returns how many there are.
size_t modules_match(struct modules *modules, const char *name, void (*found)(struct module *, void *), void *context);
