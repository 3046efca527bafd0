#include "modules.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define LIMIT (64 << 20)

// Returns the name of a module from a path or a command line: up to ".ko", with _ instead of -.
static char *module_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = copy_text(slash != NULL ? slash + 1 : path);
	char *suffix = strstr(name, ".ko");
	if (suffix != NULL)
		*suffix = '\0';
	for (char *c = name; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

static void *grow(void *array, size_t count, size_t size)
{
	// The capacity is the next power of two.
	if ((count & (count - 1)) != 0)
		return array;
	void *more = reallocarray(array, count == 0 ? 1 : count * 2, size);
	if (more == NULL)
		fatal("out of memory");
	return more;
}

static void add_module(struct modules *modules, char *line)
{
	char *colon = strchr(line, ':');
	if (colon == NULL)
		return;
	*colon = '\0';
	modules->list = grow(modules->list, modules->count, sizeof *modules->list);
	modules->list[modules->count++] = (struct module){
		.name = module_name(line), .path = copy_text(line), .dependencies = copy_text(trim(colon + 1))};
}

static void add_alias(struct modules *modules, char *line)
{
	char *position = NULL;
	char *word = strtok_r(line, " \t", &position), *pattern = strtok_r(NULL, " \t", &position),
	     *name = strtok_r(NULL, " \t", &position);
	if (name == NULL || strcmp(word, "alias") != 0)
		return;
	modules->aliases = grow(modules->aliases, modules->alias_count, sizeof *modules->aliases);
	modules->aliases[modules->alias_count++] = (struct module_alias){
		.pattern = copy_text(pattern), .name = module_name(name), .fixed = strcspn(pattern, "*?[")};
}

static struct module *by_name(struct modules *modules, const char *name)
{
	for (size_t i = 0; i < modules->count; i++)
		if (strcmp(modules->list[i].name, name) == 0)
			return &modules->list[i];
	return NULL;
}

// Finds the module named by the second word of a line whose first word is `keyword`. `*rest` is the
// remainder of the line.
static struct module *named_in(struct modules *modules, const char *keyword, char *line, char **rest)
{
	char *word = strtok_r(line, " \t", rest), *name = strtok_r(NULL, " \t", rest);
	if (name == NULL || strcmp(word, keyword) != 0)
		return NULL;
	char *spelling = module_name(name);
	struct module *module = by_name(modules, spelling);
	free(spelling);
	return module;
}

static void add_soft_dependencies(struct modules *modules, char *line)
{
	char *rest;
	struct module *module = named_in(modules, "softdep", line, &rest);
	if (module == NULL)
		return;
	char *former = module->soft_dependencies;
	module->soft_dependencies = text("%s %s", former != NULL ? former : "", rest);
	free(former);
}

static void blacklist(struct modules *modules, char *line)
{
	char *rest;
	struct module *module = named_in(modules, "blacklist", trim(line), &rest);
	if (module != NULL)
		module->blacklisted = true;
}

static void each_line(const char *folder, const char *file, struct modules *modules,
		      void (*add)(struct modules *, char *))
{
	char *path = text("%s/%s", folder, file);
	struct buffer content = {0};
	if (read_file(path, LIMIT, &content)) {
		char *position = NULL;
		for (char *line = strtok_r(content.data, "\n", &position); line != NULL;
		     line = strtok_r(NULL, "\n", &position))
			add(modules, line);
	}
	buffer_free(&content);
	free(path);
}

void modules_open(struct modules *modules, const char *folder)
{
	struct utsname kernel;
	uname(&kernel);
	*modules = (struct modules){.folder = folder != NULL ? copy_text(folder)
							     : text("/lib/modules/%s", kernel.release)};
	each_line(modules->folder, "modules.dep", modules, add_module);
	each_line(modules->folder, "modules.alias", modules, add_alias);
	each_line(modules->folder, "modules.softdep", modules, add_soft_dependencies);
}

void modules_read_blacklists(struct modules *modules, const char *folder)
{
	struct strings files = {0};
	(void)list_directory(folder, &files);
	for (size_t i = 0; i < files.count; i++)
		if (ends_with(files.items[i], ".conf"))
			each_line(folder, files.items[i], modules, blacklist);
	strings_free(&files);
}

void modules_close(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++) {
		free(modules->list[i].name);
		free(modules->list[i].path);
		free(modules->list[i].dependencies);
		free(modules->list[i].soft_dependencies);
	}
	for (size_t i = 0; i < modules->alias_count; i++) {
		free(modules->aliases[i].pattern);
		free(modules->aliases[i].name);
	}
	free(modules->list);
	free(modules->aliases);
	free(modules->folder);
}

size_t modules_match(struct modules *modules, const char *name, void (*found)(struct module *, void *), void *context)
{
	char *spelling = module_name(name);
	struct module *module = by_name(modules, spelling);
	size_t matches = 0;
	if (module != NULL) {
		found(module, context);
		matches++;
	}
	for (size_t i = 0; module == NULL && i < modules->alias_count; i++) {
		struct module_alias *alias = &modules->aliases[i];
		bool same = strncmp(alias->pattern, name, alias->fixed) == 0 && fnmatch(alias->pattern, name, 0) == 0;
		struct module *target = same ? by_name(modules, alias->name) : NULL;
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
	module->loaded = fd >= 0 && (syscall(SYS_finit_module, fd, parameters, flags) == 0 || errno == EEXIST);
	// ENODEV: the module did not find its device.
	if (!module->loaded && errno != ENODEV)
		say_errno("module %s", module->name);
	if (fd >= 0)
		close(fd);
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
		struct module *needed = by_name(modules, name);
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
	bool any;
};

static void load_match(struct module *module, void *context)
{
	struct loading *loading = context;
	if (module->blacklisted)
		return;
	load(loading->modules, module, loading->parameters);
	loading->any |= module->loaded;
}

bool modules_load(struct modules *modules, const char *name, const char *parameters)
{
	struct loading loading = {.modules = modules, .parameters = parameters};
	modules_match(modules, name, load_match, &loading);
	return loading.any;
}
