#include "volumes_by.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

char *device_with(const char *label, const char *uuid)
{
	struct strings names = {0};
	(void)list_directory("/sys/class/block", &names);
	char *found = NULL;
	for (size_t i = 0; i < names.count && found == NULL; i++) {
		struct volume volume;
		for (char *c = names.items[i]; *c != '\0'; c++)
			*c = *c == '!' ? '/' : *c; // as in /sys
		char *path = text("/dev/%s", names.items[i]);
		if (volume_read(path, &volume) && (label != NULL ? strcmp(volume.label, label) == 0
								 : strcasecmp(volume.uuid, uuid) == 0))
			found = path;
		else
			free(path);
	}
	strings_free(&names);
	return found;
}
