// runtime.json of a container; every function that changes the system is replaced.
#include "fuzz.h"

#include "bundle.h"
#include "interfaces.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>

// A name too long for a request to the kernel ends the program, which does not free its memory.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

int __wrap_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int __wrap_umount(const char *target);
int __wrap_statvfs(const char *path, struct statvfs *status);
int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_socket(int domain, int kind, int protocol);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
unsigned __wrap_if_nametoindex(const char *name);
bool __wrap_make_directories(const char *path, mode_t mode);
char *__wrap_directory_inside(const char *root, const char *path, bool create);
bool __wrap_list_directory(const char *path, struct strings *names);
bool __wrap_exists(const char *path);
bool __wrap_is_directory(const char *path);
bool __wrap_layer_own(const char *upper, const char *lower);

int __wrap_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	(void)type; // may be NULL
	(void)flags;
	REQUIRE(source != NULL || *target != '\0');
	REQUIRE(data == NULL || strlen((const char *)data) < 1 << 20);
	return *target != '\0' ? 0 : -1;
}

int __wrap_umount(const char *target)
{
	REQUIRE(starts_with(target, "/containers/onboot/one/"));
	return 0;
}

int __wrap_statvfs(const char *path, struct statvfs *status)
{
	REQUIRE(*path != '\0');
	*status = (struct statvfs){.f_flag = ST_NOSUID};
	return 0;
}

int __wrap_open(const char *path, int flags, ...)
{
	(void)flags;
	REQUIRE(strlen(path) < 1 << 20);
	return 1000;
}

int __wrap_close(int fd)
{
	(void)fd;
	return 0;
}

int __wrap_socket(int domain, int kind, int protocol)
{
	(void)domain;
	(void)kind;
	(void)protocol;
	return 1000;
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
	(void)fd;
	(void)data;
	(void)flags;
	REQUIRE(size <= 2048);
	return (ssize_t)size;
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	(void)fd;
	(void)data;
	(void)size;
	(void)flags;
	errno = EPERM;
	return -1;
}

unsigned __wrap_if_nametoindex(const char *name)
{
	return (unsigned)strlen(name);
}

bool __wrap_make_directories(const char *path, mode_t mode)
{
	(void)mode;
	return *path != '\0';
}

char *__wrap_directory_inside(const char *root, const char *path, bool create)
{
	(void)create;
	REQUIRE(strcmp(root, "/containers/onboot/one/rootfs") == 0 && *path != '/');
	return *path != '\0' ? text("%s/%s", root, path) : NULL;
}

bool __wrap_list_directory(const char *path, struct strings *names)
{
	(void)path;
	strings_add(names, "memory");
	return true;
}

bool __wrap_exists(const char *path)
{
	(void)path;
	return false;
}

bool __wrap_is_directory(const char *path)
{
	return *path != '\0';
}

bool __wrap_layer_own(const char *upper, const char *lower)
{
	return *upper != '\0' && *lower != '\0';
}

static void use(void *context)
{
	struct bundle *bundle = context;
	bundle_open(bundle, "/containers/onboot/one");
	(void)bundle_before_create(bundle);
	(void)bundle_after_create(bundle, 1);
	bundle_unmount(bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bundle bundle = {0};
	set_files(data, size);
	(void)survives(use, &bundle);
	bundle_close(&bundle);
	return 0;
}
