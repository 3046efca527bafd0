// A container's config.json, as containerd gets it.
#pragma once

#include "guest.h"

// Reads config.json of a bundle, makes root.path absolute and adds an oomScoreAdj of 0 if there is
// none, since processes would inherit containerd's; every other byte is kept. Returns false after
// reporting why on failure.
bool specification_read(const char *bundle, struct buffer *out);
// Reads the process of config.json with another command. Returns false after reporting why on failure.
bool specification_process(const char *bundle, const struct strings *command, struct buffer *out);
