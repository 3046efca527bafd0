// Registrations of interpreters.
#pragma once

// Returns the name in a line such as ":NAME:M:...", to be freed by the caller; NULL if it has none that can be a
// file's.
char *binfmt_name(const char *line);
