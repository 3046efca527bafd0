// The layer that a writable container writes to: a tmpfs on BUNDLE/tmp, and the upper directory of an
// overlay in it.
#pragma once

#include "guest.h"
#include "mount_options.h"

// Adds options to the tmpfs on `target` if that is the layer of the bundle: no programs that change
// their user, and no devices.
void layer_options(const char *bundle, const char *target, struct mount_options *options);
// Gives an upper directory the owner of the image's root directory, which it hides. Returns false with
// errno on failure.
bool layer_own(const char *upper, const char *lower);
