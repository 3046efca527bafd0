#include "mount_options.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

static const struct {
	const char *word;
	bool clears;
	unsigned long flag;
} words[] = {
	{"async", true, MS_SYNCHRONOUS},
	{"atime", true, MS_NOATIME},
	{"bind", false, MS_BIND},
	{"dev", true, MS_NODEV},
	{"diratime", true, MS_NODIRATIME},
	{"dirsync", false, MS_DIRSYNC},
	{"exec", true, MS_NOEXEC},
	{"mand", false, MS_MANDLOCK},
	{"noatime", false, MS_NOATIME},
	{"nodev", false, MS_NODEV},
	{"nodiratime", false, MS_NODIRATIME},
	{"noexec", false, MS_NOEXEC},
	{"nomand", true, MS_MANDLOCK},
	{"norelatime", true, MS_RELATIME},
	{"nostrictatime", true, MS_STRICTATIME},
	{"nosuid", false, MS_NOSUID},
	{"private", false, MS_PRIVATE},
	{"rbind", false, MS_BIND | MS_REC},
	{"relatime", false, MS_RELATIME},
	{"remount", false, MS_REMOUNT},
	{"ro", false, MS_RDONLY},
	{"rw", true, MS_RDONLY},
	{"shared", false, MS_SHARED},
	{"slave", false, MS_SLAVE},
	{"strictatime", false, MS_STRICTATIME},
	{"suid", true, MS_NOSUID},
	{"sync", false, MS_SYNCHRONOUS},
	{"unbindable", false, MS_UNBINDABLE},
};

void mount_options_add(struct mount_options *options, const char *word)
{
	buffer_append(&options->data, "", 0);
	if (strcmp(word, "defaults") == 0)
		return;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].word, word) == 0) {
			if (words[i].clears)
				options->flags &= ~words[i].flag;
			else
				options->flags |= words[i].flag;
			return;
		}
	if (options->data.size > 0)
		buffer_text(&options->data, ",");
	buffer_text(&options->data, word);
}

bool restrict_bind(const char *target, unsigned long flags)
{
	const unsigned long restrictions = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
	const unsigned long own = restrictions | MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;
	if (!(flags & MS_BIND) || (flags & MS_REMOUNT) || !(flags & own))
		return true;
	struct statvfs source;
	if (statvfs(target, &source) != 0)
		return false;
	// The ST_ flags of statvfs have the same values as the MS_ flags.
	return mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | (flags & own) | (source.f_flag & restrictions), NULL) == 0;
}
