#include "setting_lines.h"
#include "guest.h"

#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT (1 << 20)

bool setting_lines(const char *folder, void (*take)(const char *file, char *line, const char *context),
		   const char *context)
{
	struct strings names = {0};
	if (!list_directory(folder, &names)) {
		say_errno("%s", folder);
		return false;
	}
	bool complete = true;
	for (size_t i = 0; i < names.count; i++) {
		char *path = text("%s/%s", folder, names.items[i]), *position = NULL;
		struct buffer content = {0};
		if (!read_file(path, FILE_LIMIT, &content)) {
			say_errno("%s", path);
			complete = false;
		}
		for (char *line = content.size > 0 ? strtok_r(content.data, "\n", &position) : NULL; line != NULL;
		     line = strtok_r(NULL, "\n", &position)) {
			line = trim(line);
			if (*line != '\0' && *line != '#' && *line != ';')
				take(names.items[i], line, context);
		}
		buffer_free(&content);
		free(path);
	}
	strings_free(&names);
	return complete;
}
