// logread [-socket PATH] [-f | -F]: prints what memlogd has; -f: what follows instead; -F: both.
#include "guest.h"
#include "memlog.h"
#include "memlog_client.h"
#include "tools.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Prints text that a terminal does not obey, with a backslash before each `special`.
static void print_text(const char *original, char special)
{
	char *copy = copy_text(original);
	make_printable(copy, strlen(copy));
	for (const char *c = copy; *c != '\0'; c++)
		(void)printf(special != '\0' && *c == special ? "\\%c" : "%c", *c);
	free(copy);
}

// As memlogd prints lines, a semicolon in a source has a backslash before it.
static bool print(const struct memlog_entry *entry, void *unused)
{
	(void)unused;
	print_text(entry->time, '\0');
	(void)printf(";");
	print_text(entry->source, ';');
	(void)printf(";");
	print_text(entry->message, '\0');
	(void)printf("\n");
	return fflush(stdout) == 0;
}

int logread_main(int count, char **arguments)
{
	static const struct option options[] = {{"socket", required_argument, NULL, 's'}, {0}};
	const char *path = MEMLOG_QUERY;
	enum memlog_mode mode = MEMLOG_DUMP;
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "fF", options, NULL)) != -1;)
		switch (option) {
		case 's': path = optarg; break;
		case 'f': mode = MEMLOG_FOLLOW; break;
		case 'F': mode = MEMLOG_DUMP_AND_FOLLOW; break;
		default: fatal("usage: %s [-socket PATH] [-f | -F]", program_name);
		}
	int fd = memlog_ask(path, mode);
	if (fd < 0) {
		say_errno("%s", path);
		return 1;
	}
	memlog_entries(fd, print, NULL);
	close(fd);
	return 0;
}
