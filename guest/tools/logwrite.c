// logwrite [-socket PATH] [-log-dir DIRECTORY] [-max-log-files N] [-max-log-size BYTES]: writes what memlogd has, and
// all that follows, to a file for each source.
// logwrite [-socket PATH] [-n NAME] COMMAND...: runs a command and sends its output to memlogd as well.
#include "guest.h"
#include "logwrite.h"
#include "memlog_client.h"
#include "tools.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_LIMIT 1024 // files that are open at once

// The file of a source.
struct log_file {
	char *source;
	int fd;
	unsigned long long size;
};

static struct log_file files[FILE_LIMIT];
static size_t file_count;

char *logwrite_path(const char *folder, const char *source)
{
	char *name = copy_text(source);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/' || (unsigned char)*c < ' ')
			*c = '_';
	if (name[0] == '.')
		name[0] = '_';
	char *path = text("%s/%s.log", folder, name[0] != '\0' ? name : "_");
	free(name);
	return path;
}

static void rotate(const char *path, int kept)
{
	for (int i = kept - 2; i >= 0; i--) {
		char *from = i > 0 ? text("%s.%d", path, i - 1) : copy_text(path), *to = text("%s.%d", path, i);
		(void)rename(from, to);
		free(from);
		free(to);
	}
	if (kept < 2)
		(void)unlink(path);
}

static struct log_file *file_of(const struct logwrite *options, const char *source)
{
	for (size_t i = 0; i < file_count; i++)
		if (strcmp(files[i].source, source) == 0)
			return &files[i];
	if (file_count == FILE_LIMIT)
		return NULL;
	char *path = logwrite_path(options->folder, source);
	int fd = open_log(path, false);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) != 0) {
		say_errno("%s", path);
		free(path);
		return NULL;
	}
	free(path);
	files[file_count] = (struct log_file){copy_text(source), fd, (unsigned long long)status.st_size};
	return &files[file_count++];
}

static void forget(struct log_file *file)
{
	close(file->fd);
	free(file->source);
	*file = files[--file_count];
}

bool logwrite_entry(const struct memlog_entry *entry, void *context)
{
	const struct logwrite *options = context;
	if (starts_with(entry->source, "logwrite"))
		return true; // what it says of a file that cannot be written would be written again
	struct log_file *file = file_of(options, entry->source);
	if (file == NULL)
		return true;
	size_t seconds = strcspn(entry->time, ".Z");
	char *line = text("%.*sZ %s %s\n", (int)seconds, entry->time, entry->source, entry->message);
	if (!write_all(file->fd, line, strlen(line))) {
		say_errno("%s", entry->source);
		forget(file);
	} else if ((file->size += strlen(line)) > options->size) {
		char *path = logwrite_path(options->folder, entry->source);
		forget(file);
		rotate(path, options->files);
		free(path);
	}
	free(line);
	return true;
}

int logwrite_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"socket", required_argument, NULL, 's'},	 {"log-dir", required_argument, NULL, 'd'},
		{"max-log-files", required_argument, NULL, 'f'}, {"max-log-size", required_argument, NULL, 'm'},
		{0},
	};
	const char *socket = NULL, *name = NULL;
	struct logwrite wish = {.folder = "/var/log", .files = 10, .size = 1 << 20};
	optind = 1;
	// The options of the command are its own.
	for (int option; (option = getopt_long_only(count, arguments, "+n:", options, NULL)) != -1;)
		switch (option) {
		case 's': socket = optarg; break;
		case 'd': wish.folder = optarg; break;
		case 'f': wish.files = atoi(optarg); break;
		case 'm': wish.size = strtoull(optarg, NULL, 10); break;
		case 'n': name = optarg; break;
		default:
			fatal("usage: %s [-socket PATH] [-log-dir DIRECTORY] [-max-log-files N] [-max-log-size BYTES], or\n"
			      "%s [-socket PATH] [-n NAME] COMMAND...",
			      program_name, program_name);
		}
	if (optind < count)
		return logwrite_run(socket != NULL ? socket : MEMLOG_SOCKET, name, arguments + optind);
	if (wish.files < 1)
		fatal("-max-log-files is 1 or more");
	const char *path = socket != NULL ? socket : MEMLOG_QUERY;
	int fd = memlog_ask(path, MEMLOG_DUMP_AND_FOLLOW);
	if (fd < 0) {
		say_errno("%s", path);
		return 1;
	}
	memlog_entries(fd, logwrite_entry, &wish);
	say("memlogd has ended");
	return 1;
}
