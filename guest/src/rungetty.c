// rungetty: runs a login on every console of the kernel command line.
#include "applets.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GETTY "/bin/getty"
#define LOGIN "/bin/login"

static void replace_file(const char *path, const char *content, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0 || !write_all(fd, content, size))
		say_errno("%s", path);
	if (fd >= 0)
		close(fd);
}

static void prepare_service(void)
{
	static const char prompt[] = "export PS1=\"(ns: getty) $PS1\"\n";
	(void)make_directories("/etc/profile.d", 0755);
	replace_file("/etc/profile.d/namespace.sh", prompt, sizeof prompt - 1, 0644);
	struct buffer shadow = {0};
	if (read_file("/hostroot/etc/getty.shadow", 1 << 20, &shadow)) {
		buffer_text(&shadow, "\n");
		replace_file("/etc/shadow", shadow.data, shadow.size, 0600);
	}
	buffer_free(&shadow);
}

static void report(const char *terminal, const char *before, const char *after)
{
	char *path = text("/dev/%s", terminal), *line = text("getty: %s%s\n", before, after);
	int fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		(void)write_all(fd, line, strlen(line));
		close(fd);
	}
	free(line);
	free(path);
}

static bool is_terminal_device(const char *terminal)
{
	char *path = text("/dev/%s", terminal);
	struct stat status;
	bool device = stat(path, &status) == 0 && S_ISCHR(status.st_mode);
	int fd = device ? open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	free(path);
	// The kernel also makes device files for serial ports that do not exist; those are not terminals.
	bool terminal_there = fd >= 0 && isatty(fd);
	if (fd >= 0)
		close(fd);
	return terminal_there;
}

static bool is_secure(const char *terminal)
{
	struct buffer list = {0};
	bool found = false;
	if (read_file("/etc/securetty", 1 << 16, &list)) {
		char *position = NULL;
		for (char *line = strtok_r(list.data, " \t\n", &position); line != NULL;
		     line = strtok_r(NULL, " \t\n", &position))
			found |= strcmp(line, terminal) == 0;
	}
	buffer_free(&list);
	return found;
}

// Runs one getty after the other on a terminal.
static _Noreturn void serve(char *terminal, char *speed, bool insecure)
{
	static const char *const serial[] = {"ttyS", "ttyAMA", "ttyUSB", "ttyMFD"};
	bool local = false;
	for (size_t i = 0; i < COUNT(serial); i++)
		local |= starts_with(terminal, serial[i]);
	bool screen = strlen(terminal) == 4 && starts_with(terminal, "tty");
	char *command[12] = {"getty"};
	size_t count = 1;
	if (insecure) {
		command[count++] = "-n";
		command[count++] = "-l";
		command[count++] = "/bin/autologin";
	}
	if (local)
		command[count++] = "-L";
	command[count++] = screen ? "38400" : speed;
	command[count++] = terminal;
	if (!screen)
		command[count++] = local ? "vt100" : "linux";
	for (;;) {
		pid_t pid = fork();
		if (pid == 0) {
			setsid();
			execv(GETTY, command);
			say_errno(GETTY);
			_exit(127);
		}
		if (pid < 0 || wait_for(pid) != 0)
			sleep(1); // avoids a busy loop if getty cannot start
	}
}

int autologin_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	execv(LOGIN, (char *[]){"login", "-f", "root", NULL});
	say_errno(LOGIN);
	return 1;
}

int rungetty_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	const char *mode = getenv("INITGETTY"), *trust = getenv("INSECURE");
	bool service = mode == NULL || *mode == '\0', insecure = trust != NULL && strcmp(trust, "true") == 0;
	if (service)
		prepare_service();
	struct strings words = {0}, done = {0};
	command_line_words(&words);
	for (size_t i = 0; i < words.count; i++) {
		if (!starts_with(words.items[i], "console="))
			continue;
		char *terminal = words.items[i] + strlen("console="), *comma = strchr(terminal, ',');
		char *speed = comma != NULL ? comma + 1 : "115200";
		if (comma != NULL) {
			*comma = '\0';
			speed[strspn(speed, "0123456789")] = '\0'; // without parity and word length
		}
		bool known = false;
		for (size_t j = 0; j < done.count; j++)
			known |= strcmp(done.items[j], terminal) == 0;
		if (known || !is_terminal_device(terminal)) {
			report("console", terminal, known ? " already has a getty" : " is not a terminal on this machine");
			continue;
		}
		strings_add(&done, terminal);
		if (!is_secure(terminal))
			report(terminal, terminal, " is not in /etc/securetty: root cannot log in with a password");
		report(terminal, "starting getty for ", terminal);
		if (fork() == 0)
			serve(terminal, speed, insecure);
	}
	while (service && (wait(NULL) >= 0 || errno == EINTR))
		;
	return 0;
}
