#include "shim_root.h"
#include "mount_options.h"
#include "ttrpc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static void add_options(struct mount_options *options, const struct buffer *message)
{
	struct protobuf_reader reader = {.data = message->data, .size = message->size};
	struct protobuf_field field;
	while (protobuf_next(&reader, &field))
		if (field.number == 4 && field.data != NULL) {
			char *word = text("%.*s", (int)field.size, field.data);
			mount_options_add(options, word);
			free(word);
		}
}

static bool mount_one(const struct buffer *message, const char *target)
{
	char *type = protobuf_find_text(message, 1), *source = protobuf_find_text(message, 2);
	struct mount_options options = {0};
	buffer_append(&options.data, "", 0);
	add_options(&options, message);
	bool done = mount(source, target, type, options.flags, options.data.data) == 0 &&
		    restrict_bind(target, options.flags);
	int reason = errno;
	buffer_free(&options.data);
	free(type);
	free(source);
	errno = reason;
	return done;
}

bool shim_root_mount(const struct buffer *request, unsigned number, const char *target)
{
	struct protobuf_reader reader = {.data = request->data, .size = request->size};
	struct protobuf_field field;
	bool done = true;
	while (done && protobuf_next(&reader, &field))
		if (field.number == number && field.data != NULL) {
			const struct buffer message = {.data = (char *)(uintptr_t)field.data, .size = field.size};
			done = (mkdir(target, 0711) == 0 || errno == EEXIST) && mount_one(&message, target);
		}
	return done;
}

void shim_root_unmount(const char *target)
{
	while (umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
}
