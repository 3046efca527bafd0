// /init of an initramfs that holds the root file system as one compressed image, /root.erofs.
//
// The image is mounted through a loop device, and its name is removed with everything else in the
// initramfs. What stays in memory is the compressed image; what is decompressed from it is page cache,
// which the kernel takes back when memory is short.
#include "applets.h"
#include "guest.h"
#include "modules.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#define IMAGE_BLOCK 4096

static void load_drivers(void)
{
	static const char *const names[] = {"loop", "erofs"};
	struct modules modules;
	modules_open(&modules, NULL);
	for (size_t i = 0; i < COUNT(names); i++)
		(void)modules_load(&modules, names[i], ""); // it may be built in
	modules_close(&modules);
}

// Attaches the image to a free loop device. Returns its path, to be freed by the caller.
static char *attach(const char *image)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int number = control >= 0 ? ioctl(control, LOOP_CTL_GET_FREE) : -1;
	if (number < 0)
		fatal("cannot get a loop device for the root file system: loop is missing from the kernel");
	close(control);
	char *path = text("/dev/loop%d", number);
	int device = open(path, O_RDWR | O_CLOEXEC), file = open(image, O_RDONLY | O_CLOEXEC);
	struct loop_config config = {
		.fd = (__u32)file,
		.block_size = IMAGE_BLOCK,
		.info = {.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR},
	};
	if (device < 0 || file < 0 || ioctl(device, LOOP_CONFIGURE, &config) != 0) {
		say_errno("%s on %s", image, path);
		fatal("cannot attach the root file system");
	}
	close(file);
	// The device stays open until the image is mounted, as it is detached at the last close.
	return path;
}

void image_root_mount(const char *image, const char *target)
{
	load_drivers();
	char *device = attach(image);
	if (mount(device, target, "erofs", MS_RDONLY, NULL) != 0) {
		say_errno("mount %s", image);
		fatal("cannot mount the root file system");
	}
	free(device);
}
