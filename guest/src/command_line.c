// The kernel command line.
#include "guest.h"

#include <stdlib.h>
#include <string.h>

void command_line_words(struct strings *words)
{
	struct buffer line = {0};
	if (read_file("/proc/cmdline", 1 << 16, &line)) {
		char *position = NULL;
		for (char *word = strtok_r(line.data, " \t\r\n", &position); word != NULL;
		     word = strtok_r(NULL, " \t\r\n", &position))
			strings_add(words, word);
	}
	buffer_free(&line);
}

bool command_line_has(const char *word)
{
	struct strings words = {0};
	command_line_words(&words);
	bool found = false;
	for (size_t i = 0; i < words.count; i++)
		found |= strcmp(words.items[i], word) == 0;
	strings_free(&words);
	return found;
}

int command_line_number(const char *key, int otherwise)
{
	struct strings words = {0};
	command_line_words(&words);
	int number = otherwise;
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.items[i];
		if (!starts_with(word, key) || word[strlen(key)] != '=')
			continue;
		const char *digits = word + strlen(key) + 1;
		char *end;
		long value = strtol(digits, &end, 10);
		if (end != digits && *end == '\0' && value >= 0 && value <= 1000000)
			number = (int)value;
	}
	strings_free(&words);
	return number;
}

void command_line_consoles(struct strings *terminals)
{
	struct strings words = {0};
	command_line_words(&words);
	for (size_t i = 0; i < words.count; i++) {
		if (!starts_with(words.items[i], "console="))
			continue;
		char *name = words.items[i] + strlen("console=");
		name[strcspn(name, ",")] = '\0';
		bool known = *name == '\0' || strchr(name, '/') != NULL;
		for (size_t j = 0; j < terminals->count; j++)
			known |= strcmp(terminals->items[j], name) == 0;
		if (!known)
			strings_add(terminals, name);
	}
	strings_free(&words);
}
