#include "vsock.h"

#include "guest.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/vm_sockets.h>

int vsock_listen(unsigned port)
{
	struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = port};
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, SOMAXCONN) != 0)
		fatal("vsock port %u: %s", port, strerror(errno));
	return fd;
}
