// lk-wg-config configure FILE: sets up a WireGuard interface that exists already, from a file as wg-quick has it.
// The file's base name is that of the interface. Commands in the file (PostUp and the like) are not run.
#include "guest.h"
#include "programs.h"
#include "tools.h"
#include "wireguard.h"

#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define FILE_LIMIT 65536 // also what a pipe holds
#define IP "/usr/sbin/ip"
#define WG "/usr/bin/wg"

// Adds the items of a list that is separated by commas.
static void add_items(struct strings *list, char *items)
{
	char *rest = items;
	for (char *item; (item = strsep(&rest, ",")) != NULL;) {
		item = trim(item);
		if (*item != '\0')
			strings_add(list, item);
	}
}

// Takes a key that only wg-quick knows. Returns false if it is one of wg's.
static bool take(struct wireguard *into, const char *key, char *value)
{
	static const char *const commands[] = {"PreUp", "PostUp", "PreDown", "PostDown", "SaveConfig"};
	if (strcasecmp(key, "Address") == 0) {
		add_items(&into->addresses, value);
	} else if (strcasecmp(key, "DNS") == 0) {
		add_items(&into->servers, value);
	} else if (strcasecmp(key, "MTU") == 0) {
		snprintf(into->mtu, sizeof into->mtu, "%s", value);
	} else if (strcasecmp(key, "Table") == 0) {
		into->no_routes = strcasecmp(value, "off") == 0;
	} else {
		for (size_t i = 0; i < COUNT(commands); i++)
			if (strcasecmp(key, commands[i]) == 0) {
				say("%s is ignored", commands[i]);
				return true;
			}
		return false;
	}
	return true;
}

void wireguard_read(char *content, struct wireguard *into)
{
	*into = (struct wireguard){0};
	buffer_text(&into->wg, "");
	char *rest = content;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		line[strcspn(line, "#")] = '\0';
		line = trim(line);
		char *copy = copy_text(line), *key = copy, *value = strchr(copy, '=');
		bool taken = *line == '\0';
		if (value != NULL) {
			*value++ = '\0';
			key = trim(key);
			value = trim(value);
			if (strcasecmp(key, "AllowedIPs") == 0) {
				char *items = copy_text(value);
				add_items(&into->allowed, items);
				free(items);
			} else {
				taken = take(into, key, value);
			}
		}
		if (!taken) {
			buffer_text(&into->wg, line);
			buffer_text(&into->wg, "\n");
		}
		free(copy);
	}
}

void wireguard_free(struct wireguard *read)
{
	buffer_free(&read->wg);
	strings_free(&read->addresses);
	strings_free(&read->servers);
	strings_free(&read->allowed);
}

static bool ip(const char *object, const char *action, const char *what, const char *interface)
{
	return succeeds((char *[]){IP, (char *)object, (char *)action, (char *)what, "dev", (char *)interface, NULL});
}

static bool write_servers(const struct strings *servers)
{
	struct buffer lines = {0};
	for (size_t i = 0; i < servers->count; i++) {
		buffer_text(&lines, "nameserver ");
		buffer_text(&lines, servers->items[i]);
		buffer_text(&lines, "\n");
	}
	bool written = servers->count == 0;
	if (!written) {
		int file = open("/etc/resolv.conf", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		written = file >= 0 && write_all(file, lines.data, lines.size);
		if (!written)
			say_errno("/etc/resolv.conf");
		if (file >= 0)
			close(file);
	}
	buffer_free(&lines);
	return written;
}

static bool configure(const char *interface, const struct wireguard *read)
{
	char *set[] = {WG, "setconf", (char *)interface, "/dev/stdin", NULL};
	int status = run_fed(set, read->wg.data);
	if (status != 0)
		say("wg exited with status %d", status);
	bool done = status == 0;
	for (size_t i = 0; i < read->addresses.count; i++)
		done = ip("address", "replace", read->addresses.items[i], interface) && done;
	if (read->mtu[0] != '\0')
		done = succeeds((char *[]){IP, "link", "set", "mtu", (char *)read->mtu, "dev", (char *)interface,
					   NULL}) && done;
	done = ip("link", "set", "up", interface) && done;
	for (size_t i = 0; i < read->allowed.count && !read->no_routes; i++)
		done = ip("route", "replace", read->allowed.items[i], interface) && done;
	return write_servers(&read->servers) && done;
}

int wireguard_main(int count, char **arguments)
{
	const char *slash = count == 3 ? strrchr(arguments[2], '/') : NULL;
	char *interface = copy_text(slash != NULL ? slash + 1 : count == 3 ? arguments[2] : "");
	size_t length = strlen(interface);
	if (count != 3 || strcmp(arguments[1], "configure") != 0 || !ends_with(interface, ".conf") ||
	    length - 5 >= IFNAMSIZ || length == 5)
		fatal("usage: %s configure /etc/wireguard/INTERFACE.conf", program_name);
	interface[length - 5] = '\0';
	struct buffer content = {0};
	if (!read_file(arguments[2], FILE_LIMIT - 1, &content)) {
		say_errno("%s", arguments[2]);
		return 1;
	}
	struct wireguard read;
	wireguard_read(content.data, &read);
	bool done = configure(interface, &read);
	explicit_bzero(content.data, content.size);
	buffer_free(&content);
	wireguard_free(&read);
	free(interface);
	return done ? 0 : 1;
}
