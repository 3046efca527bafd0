// What is known about the modules: the kernel's indexes, the files of modprobe.d and the kernel command line.
#include "modules.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define LIMIT (64 << 20)

char *module_name(const char *path)
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

// Orders by name. Of modules with the same name, the first one of modules.dep comes first.
static int compare_names(const void *a, const void *b)
{
	const struct module *one = *(struct module *const *)a, *other = *(struct module *const *)b;
	int order = strcmp(one->name, other->name);
	return order != 0 ? order : (one > other) - (one < other);
}

static void sort(struct modules *modules)
{
	modules->sorted = allocate(modules->count * sizeof(struct module *));
	for (size_t i = 0; i < modules->count; i++)
		modules->sorted[i] = &modules->list[i];
	qsort(modules->sorted, modules->count, sizeof(struct module *), compare_names);
}

struct module *modules_find(const struct modules *modules, const char *name)
{
	size_t low = 0, high = modules->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(modules->sorted[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	bool found = low < modules->count && strcmp(modules->sorted[low]->name, name) == 0;
	return found ? modules->sorted[low] : NULL;
}

static struct module *find_spelling(const struct modules *modules, const char *name)
{
	char *spelling = module_name(name);
	struct module *module = modules_find(modules, spelling);
	free(spelling);
	return module;
}

// Appends a word or words to a list separated by spaces.
static void append(char **list, const char *words)
{
	char *former = *list;
	*list = former != NULL ? text("%s %s", former, words) : copy_text(words);
	free(former);
}

// Reads a line of modprobe.d. "install", "remove" and "alias" lines are not supported.
static void add_setting(struct modules *modules, char *line)
{
	char *position, *word = strtok_r(line, " \t", &position), *name = strtok_r(NULL, " \t", &position);
	struct module *module = name != NULL ? find_spelling(modules, name) : NULL;
	if (module == NULL)
		return;
	char *rest = trim(position);
	if (strcmp(word, "blacklist") == 0)
		module->blacklisted = true;
	else if (strcmp(word, "options") == 0 && *rest != '\0')
		append(&module->parameters, rest);
	else if (strcmp(word, "softdep") == 0)
		append(&module->soft_dependencies, rest);
}

// Calls `add` for each line of a file. Lines that end in a backslash continue on the next one.
static void each_line(const char *folder, const char *file, struct modules *modules,
		      void (*add)(struct modules *, char *))
{
	char *path = text("%s/%s", folder, file);
	struct buffer content = {0};
	if (read_file(path, LIMIT, &content)) {
		for (char *c = strchr(content.data, '\\'); c != NULL; c = strchr(c + 1, '\\'))
			if (c[1] == '\n')
				c[0] = c[1] = ' ';
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
	sort(modules);
	each_line(modules->folder, "modules.alias", modules, add_alias);
	each_line(modules->folder, "modules.softdep", modules, add_setting);
}

static void read_folders(struct modules *modules, const char *root)
{
	// A file hides those of the same name in later folders.
	static const char *const folders[] = {"etc", "run", "lib"};
	struct strings seen = {0};
	for (size_t i = 0; i < COUNT(folders); i++) {
		char *folder = text("%s/%s/modprobe.d", root, folders[i]);
		struct strings files = {0};
		(void)list_directory(folder, &files);
		size_t before = seen.count;
		for (size_t j = 0; j < files.count; j++) {
			bool hidden = !ends_with(files.items[j], ".conf");
			for (size_t k = 0; k < before; k++)
				hidden |= strcmp(seen.items[k], files.items[j]) == 0;
			if (hidden)
				continue;
			strings_add(&seen, files.items[j]);
			each_line(folder, files.items[j], modules, add_setting);
		}
		strings_free(&files);
		free(folder);
	}
	strings_free(&seen);
}

static void blacklist(struct modules *modules, char *names)
{
	char *position = NULL;
	for (char *name = strtok_r(names, ",", &position); name != NULL; name = strtok_r(NULL, ",", &position)) {
		struct module *module = find_spelling(modules, name);
		if (module != NULL)
			module->blacklisted = true;
	}
}

// Reads one word of the kernel command line: MODULE.PARAMETER, MODULE.PARAMETER=VALUE or a blacklist.
static void read_word(struct modules *modules, char *word)
{
	static const char *const lists[] = {"modprobe_blacklist=", "module_blacklist="};
	for (size_t i = 0; i < COUNT(lists); i++)
		if (starts_with(word, lists[i]))
			blacklist(modules, word + strlen(lists[i]));
	size_t length = strcspn(word, ".=");
	if (word[length] != '.' || word[length + 1] == '\0' || word[length + 1] == '=')
		return;
	word[length] = '\0';
	struct module *module = find_spelling(modules, word);
	if (module != NULL)
		append(&module->parameters, word + length + 1);
}

static void read_command_line(struct modules *modules, const char *root)
{
	char *path = text("%s/proc/cmdline", root);
	struct buffer line = {0};
	char *word = read_file(path, 1 << 16, &line) ? line.data : NULL;
	while (word != NULL && *(word += strspn(word, " \t\r\n")) != '\0') {
		// Quotation marks keep spaces in a value; the kernel removes them.
		bool quoted = false;
		char *end = word;
		for (; *end != '\0' && (quoted || strchr(" \t\r\n", *end) == NULL); end++)
			quoted ^= *end == '"';
		bool last = *end == '\0';
		*end = '\0';
		if (strcmp(word, "--") == 0)
			break; // the rest is for init
		read_word(modules, word);
		word = last ? NULL : end + 1;
	}
	buffer_free(&line);
	free(path);
}

void modules_configure(struct modules *modules, const char *root)
{
	read_folders(modules, root);
	read_command_line(modules, root);
}

void modules_close(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++) {
		free(modules->list[i].name);
		free(modules->list[i].path);
		free(modules->list[i].dependencies);
		free(modules->list[i].soft_dependencies);
		free(modules->list[i].parameters);
	}
	for (size_t i = 0; i < modules->alias_count; i++) {
		free(modules->aliases[i].pattern);
		free(modules->aliases[i].name);
	}
	free(modules->list);
	free(modules->sorted);
	free(modules->aliases);
	free(modules->folder);
}
