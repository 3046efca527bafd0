// Modules of the running kernel, by name or alias, with their dependencies.
#pragma once

#include "guest.h"

struct module {
	char *name;              // as the kernel spells it: with _ instead of -
	char *path;              // relative to the folder of the modules
	char *dependencies;      // paths separated by spaces, each after those that need it
	char *soft_dependencies; // as in modules.softdep, such as "pre: crc32c post: foo"; or NULL
	char *parameters;        // that are set for it, such as "a=1 b=2"; or NULL
	bool blacklisted;
	bool tried, loaded;
};

struct modules {
	char *folder;
	struct module *list;
	size_t count;
	struct module **sorted; // by name
	bool forbid_names;      // whether blacklisted modules are refused by name too, not only by alias
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
// Reads parameters, soft dependencies and blacklists from the .conf files in /etc/modprobe.d,
// /run/modprobe.d and /lib/modprobe.d, and parameters and blacklists from the kernel command line. From
// then on, modules_load loads blacklisted modules only as dependencies, or by name unless forbid_names is
// set. `root` is put before the paths.
void modules_configure(struct modules *modules, const char *root);
// Loads the modules that match a name or alias, and their dependencies. Returns whether any of them is
// loaded now. `parameters` may be "".
bool modules_load(struct modules *modules, const char *name, const char *parameters);
// Lists the soft dependencies of a kind, "pre" or "post".
void modules_soft_dependencies(const struct module *module, const char *kind, struct strings *names);
// Calls `found` for each module that matches a name or alias. Returns how many there are.
size_t modules_match(struct modules *modules, const char *name, void (*found)(struct module *, void *), void *context);
// Returns the module with a name spelled as the kernel does, or NULL.
struct module *modules_find(const struct modules *modules, const char *name);
// Returns the name of a module from a path or a command line: up to ".ko", with _ instead of -. Freed by the
// caller.
char *module_name(const char *path);
