#include "settings.h"
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Unquotes a TOML string in place: '…' without escapes, "…" with \" and \\. Returns NULL if the value
// is anything else.
static char *unquote(char *value)
{
	char quote = *value;
	if (quote != '"' && quote != '\'')
		return NULL;
	char *out = value, *in = value + 1;
	for (; *in != '\0' && *in != quote; in++) {
		if (quote == '"' && *in == '\\' && *++in != '"' && *in != '\\')
			return NULL;
		*out++ = *in;
	}
	if (*in != quote)
		return NULL;
	char *rest = trim(in + 1);
	*out = '\0';
	return *rest == '\0' || *rest == '#' ? value : NULL;
}

void settings_read(struct settings *settings, const char *path)
{
	*settings = (struct settings){0};
	struct buffer content = {0};
	if (!read_file(path, 1 << 20, &content)) {
		if (errno != ENOENT)
			fatal("cannot read %s", path);
		buffer_free(&content);
		return;
	}
	char *position = NULL;
	for (char *line = strtok_r(content.data, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position)) {
		line = trim(line);
		if (*line == '\0' || *line == '#')
			continue;
		char *equals = strchr(line, '=');
		if (equals == NULL)
			fatal("%s: not KEY = VALUE: %s", path, line);
		*equals = '\0';
		char *key = trim(line), *value = unquote(trim(equals + 1));
		char **slot = strcmp(key, "cliopts") == 0  ? &settings->cliopts
			      : strcmp(key, "stdout") == 0 ? &settings->out
			      : strcmp(key, "stderr") == 0 ? &settings->err
							   : NULL;
		if (slot == NULL || value == NULL)
			fatal("%s: %s: %s", path, key, slot == NULL ? "unknown key" : "not a string");
		free(*slot);
		*slot = copy_text(value);
	}
	buffer_free(&content);
}

void settings_free(struct settings *settings)
{
	free(settings->cliopts);
	free(settings->out);
	free(settings->err);
}
