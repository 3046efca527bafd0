// Log files of the sources that memlogd knows, and commands whose output it gets.
#pragma once

#include "memlog_client.h"

struct logwrite {
	const char *folder;
	int files;               // of a source, with the one that is written
	unsigned long long size; // of a file that is rotated
};

// Returns the path of a source's file, which lies in the folder whatever the source is called.
char *logwrite_path(const char *folder, const char *source);
// Writes a line to the file of its source, `context` being a struct logwrite.
bool logwrite_entry(const struct memlog_entry *entry, void *context);
// Runs a command, whose output goes to our own and to memlogd, as NAME.out and NAME (NULL: the command's name).
// Returns its status.
int logwrite_run(const char *socket, const char *name, char **command);
