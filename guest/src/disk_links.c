#include "disk_links.h"
#include "disk_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define FOLDER "/dev/disk"

static const char *const kinds[] = {"by-id", "by-label", "by-partlabel", "by-partuuid", "by-path", "by-uuid"};

static bool contains(const struct strings *list, const char *item)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], item) == 0)
			return true;
	return false;
}

// Returns the path of a device node, to be freed by the caller. In /sys, ! stands for /.
static char *node(const char *device, const char *folder)
{
	char *path = text("%s%s", folder, device);
	for (char *c = path + strlen(folder); *c != '\0'; c++)
		if (*c == '!')
			*c = '/';
	return path;
}

// Makes a link point to the first device that has this name, so that a second one with the same label takes
// over when the first is removed.
static void place(const struct disk_links *links, const char *link)
{
	const struct disk *owner = NULL;
	for (size_t i = 0; i < links->count && owner == NULL; i++)
		if (contains(&links->list[i].links, link))
			owner = &links->list[i];
	char *path = text(FOLDER "/%s", link);
	if (owner == NULL) {
		(void)unlink(path);
		free(path);
		return;
	}
	char *target = node(owner->name, "../../"), present[256] = "";
	if (readlink(path, present, sizeof present - 1) < 0 || strcmp(present, target) != 0) {
		// Replaced at once, so that no one finds it missing.
		(void)unlink(FOLDER "/.new");
		if (symlink(target, FOLDER "/.new") != 0 || rename(FOLDER "/.new", path) != 0)
			say_errno("%s", path);
	}
	free(target);
	free(path);
}

static struct disk *find(struct disk_links *links, const char *device)
{
	for (size_t i = 0; i < links->count; i++)
		if (strcmp(links->list[i].name, device) == 0)
			return &links->list[i];
	links->list = reallocarray(links->list, links->count + 1, sizeof *links->list);
	if (links->list == NULL)
		fatal("out of memory");
	struct disk *disk = &links->list[links->count++];
	*disk = (struct disk){.name = copy_text(device), .watch = -1};
	return disk;
}

void disk_links_update(struct disk_links *links, const char *device)
{
	struct disk *disk = find(links, device);
	char *path = node(device, "/dev/");
	// The kernel does not report that a file system was made.
	if (links->writes >= 0)
		disk->watch = inotify_add_watch(links->writes, path, IN_CLOSE_WRITE);
	free(path);
	struct strings former = disk->links;
	disk->links = (struct strings){0};
	disk_names("", device, &disk->links);
	for (size_t i = 0; i < former.count; i++)
		if (!contains(&disk->links, former.items[i]))
			place(links, former.items[i]);
	for (size_t i = 0; i < disk->links.count; i++)
		place(links, disk->links.items[i]);
	strings_free(&former);
	if (disk->links.count > 0 || disk->watch >= 0)
		return;
	free(disk->name);
	*disk = links->list[--links->count];
}

static void remove_orphans(const struct disk_links *links)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct strings names = {0};
		char *folder = text(FOLDER "/%s", kinds[i]);
		(void)list_directory(folder, &names);
		free(folder);
		for (size_t j = 0; j < names.count; j++) {
			char *link = text("%s/%s", kinds[i], names.items[j]);
			place(links, link);
			free(link);
		}
		strings_free(&names);
	}
}

void disk_links_update_all(struct disk_links *links)
{
	struct strings devices = {0};
	(void)list_directory("/sys/class/block", &devices);
	for (size_t i = 0; i < links->count; i++)
		if (!contains(&devices, links->list[i].name))
			strings_add(&devices, links->list[i].name);
	for (size_t i = 0; i < devices.count; i++)
		disk_links_update(links, devices.items[i]);
	strings_free(&devices);
	remove_orphans(links);
}

void disk_links_open(struct disk_links *links)
{
	*links = (struct disk_links){.writes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
	for (size_t i = 0; i < COUNT(kinds); i++) {
		char *path = text(FOLDER "/%s", kinds[i]);
		if (!make_directories(path, 0755))
			say_errno("%s", path);
		free(path);
	}
	disk_links_update_all(links);
}

void disk_links_serve(struct disk_links *links)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t size;
	while ((size = read(links->writes, events, sizeof events)) > 0)
		for (char *next = events; next < events + size;) {
			const struct inotify_event *event = (const struct inotify_event *)(void *)next;
			next += sizeof *event + event->len;
			for (size_t i = 0; (event->mask & IN_CLOSE_WRITE) != 0 && i < links->count; i++)
				if (links->list[i].watch == event->wd) {
					char *device = copy_text(links->list[i].name);
					disk_links_update(links, device);
					free(device);
					break;
				}
			if ((event->mask & IN_Q_OVERFLOW) != 0)
				disk_links_update_all(links);
		}
}

void disk_links_close(struct disk_links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		free(links->list[i].name);
		strings_free(&links->list[i].links);
	}
	free(links->list);
	if (links->writes >= 0)
		close(links->writes);
}
