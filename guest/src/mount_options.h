// Mount options as in fstab: some words are flags, the others are for the file system.
#pragma once

#include "guest.h"

struct mount_options {
	unsigned long flags;
	struct buffer data; // words joined with commas; data.data is never NULL
};

// Adds one option.
void mount_options_add(struct mount_options *options, const char *word);
// Applies the restrictions of a bind mount, which the kernel does only on a remount. Those of the
// source are kept. Returns false with errno on failure.
bool restrict_bind(const char *target, unsigned long flags);
