// /etc/containerd/runtime-config.toml: three strings.
#pragma once

struct settings {
	char *cliopts, *out, *err; // NULL where not given
};

// Reads the file if there is one; a line that is not understood ends the program.
void settings_read(struct settings *settings, const char *path);
void settings_free(struct settings *settings);
