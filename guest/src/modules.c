#include "modules.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/module.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

size_t modules_match(struct modules *modules, const char *name, void (*found)(struct module *, void *), void *context)
{
	char *spelling = module_name(name);
	struct module *module = modules_find(modules, spelling);
	size_t matches = 0;
	if (module != NULL) {
		found(module, context);
		matches++;
	}
	for (size_t i = 0; module == NULL && i < modules->alias_count; i++) {
		struct module_alias *alias = &modules->aliases[i];
		bool same = strncmp(alias->pattern, name, alias->fixed) == 0 && fnmatch(alias->pattern, name, 0) == 0;
		struct module *target = same ? modules_find(modules, alias->name) : NULL;
		if (target != NULL) {
			found(target, context);
			matches++;
		}
	}
	free(spelling);
	return matches;
}

void modules_soft_dependencies(const struct module *module, const char *kind, struct strings *names)
{
	char *words = copy_text(module->soft_dependencies != NULL ? module->soft_dependencies : ""), *position = NULL;
	bool wanted = false;
	for (char *word = strtok_r(words, " \t", &position); word != NULL; word = strtok_r(NULL, " \t", &position)) {
		if (ends_with(word, ":"))
			wanted = strncmp(word, kind, strlen(word) - 1) == 0 && strlen(word) - 1 == strlen(kind);
		else if (wanted)
			strings_add(names, word);
	}
	free(words);
}

static void insert(struct modules *modules, struct module *module, const char *parameters)
{
	char *path = text("%s/%s", modules->folder, module->path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int flags = ends_with(path, ".ko") ? 0 : MODULE_INIT_COMPRESSED_FILE;
	// Of parameters that are given twice, the kernel takes the last.
	char *all = text("%s %s", module->parameters != NULL ? module->parameters : "", parameters);
	module->loaded = fd >= 0 && (syscall(SYS_finit_module, fd, trim(all), flags) == 0 || errno == EEXIST);
	// ENODEV: the module did not find its device.
	if (!module->loaded && errno != ENODEV)
		say_errno("module %s", module->name);
	if (fd >= 0)
		close(fd);
	free(all);
	free(path);
}

static void load(struct modules *modules, struct module *module, const char *parameters);

static void load_soft_dependency(struct module *module, void *context)
{
	load(context, module, "");
}

static void load_soft_dependencies(struct modules *modules, const struct module *module, const char *kind)
{
	struct strings names = {0};
	modules_soft_dependencies(module, kind, &names);
	for (size_t i = 0; i < names.count; i++)
		modules_match(modules, names.items[i], load_soft_dependency, modules);
	strings_free(&names);
}

// Loads a module after its dependencies. Each module is tried once, so that circular soft dependencies
// come to an end.
static void load(struct modules *modules, struct module *module, const char *parameters)
{
	if (module->tried)
		return;
	module->tried = true;
	load_soft_dependencies(modules, module, "pre");
	char *paths = copy_text(module->dependencies);
	for (char *last = paths; *paths != '\0' && last != NULL;) {
		last = strrchr(paths, ' ');
		char *name = module_name(last != NULL ? last + 1 : paths);
		struct module *needed = modules_find(modules, name);
		if (needed != NULL)
			load(modules, needed, "");
		free(name);
		if (last != NULL)
			*last = '\0';
	}
	free(paths);
	insert(modules, module, parameters);
	load_soft_dependencies(modules, module, "post");
}

struct loading {
	struct modules *modules;
	const char *parameters;
	bool by_alias, any;
};

static void load_match(struct module *module, void *context)
{
	struct loading *loading = context;
	if (module->blacklisted && (loading->by_alias || loading->modules->forbid_names))
		return;
	load(loading->modules, module, loading->parameters);
	loading->any |= module->loaded;
}

bool modules_load(struct modules *modules, const char *name, const char *parameters)
{
	char *spelling = module_name(name);
	struct loading loading = {
		.modules = modules, .parameters = parameters, .by_alias = modules_find(modules, spelling) == NULL};
	free(spelling);
	modules_match(modules, name, load_match, &loading);
	return loading.any;
}
