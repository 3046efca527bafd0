// /etc/init.d/000-issue: prints /etc/issue on every console.
#include "applets.h"
#include "guest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int issue_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	struct buffer issue = {0};
	if (!read_file("/etc/issue", 1 << 16, &issue)) {
		say_errno("/etc/issue");
		return 1;
	}
	struct strings consoles = {0};
	command_line_consoles(&consoles);
	for (size_t i = 0; i < consoles.count; i++) {
		char *path = text("/dev/%s", consoles.items[i]);
		int fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		struct stat status;
		if (fd >= 0 && fstat(fd, &status) == 0 && S_ISCHR(status.st_mode))
			(void)write_all(fd, issue.data, issue.size);
		if (fd >= 0)
			close(fd);
		free(path);
	}
	strings_free(&consoles);
	buffer_free(&issue);
	return 0;
}
