// Folders of files whose lines are settings, such as /etc/sysctl.d.
#pragma once

#include <stdbool.h>

// Calls a function for each line of the files in a folder, in name order, without white space at its ends. Empty
// lines, and comments after # or ;, are left out. Returns false after reporting each file that cannot be read, or that
// the folder cannot.
bool setting_lines(const char *folder, void (*take)(const char *file, char *line, const char *context),
		   const char *context);
