#include "memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *control_group_in(const char *content)
{
	for (const char *line = content; *line != '\0';) {
		const size_t length = strcspn(line, "\n");
		if (starts_with(line, "0::/") && length > 4)
			return text("%.*s", (int)(length - 3), line + 3);
		line += length + (line[length] == '\n');
	}
	return NULL;
}

char *memory_group(pid_t pid)
{
	char *file = text("/proc/%d/cgroup", pid), *group = NULL;
	struct buffer content = {0};
	if (read_file(file, 1 << 16, &content))
		group = control_group_in(content.data);
	buffer_free(&content);
	free(file);
	return group;
}

bool is_within_group(const char *group, const char *outer)
{
	const size_t length = strlen(outer);
	return length == 0 || (starts_with(group, outer) && (group[length] == '/' || group[length] == '\0'));
}

int memory_events_open(const char *group)
{
	if (*group == '\0')
		return -1;
	char *events = text("/sys/fs/cgroup%s/memory.events", group);
	int fd = open(events, O_RDONLY | O_CLOEXEC);
	free(events);
	return fd;
}

unsigned long memory_kills_in(const char *events)
{
	static const char key[] = "oom_kill ";
	for (const char *line = events; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (starts_with(line, key))
			return strtoul(line + sizeof key - 1, NULL, 10);
	}
	return 0;
}

unsigned long memory_kills(int fd)
{
	char content[512];
	ssize_t size = fd >= 0 ? pread(fd, content, sizeof content - 1, 0) : -1;
	if (size < 0)
		return 0;
	content[size] = '\0';
	return memory_kills_in(content);
}
