// Asks name servers.
#include "resolver.h"

#include "guest.h"
#include "http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVERS 3
#define DOMAINS 4

struct resolution {
	struct sockaddr_storage servers[SERVERS];
	size_t server_count;
	struct strings domains; // to try after a name without a dot
};

static void add_server(struct resolution *resolution, const char *word)
{
	struct sockaddr_storage *server = &resolution->servers[resolution->server_count];
	struct sockaddr_in *four = (struct sockaddr_in *)server;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)server;
	if (resolution->server_count == SERVERS)
		return;
	if (inet_pton(AF_INET, word, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(53);
	} else if (inet_pton(AF_INET6, word, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(53);
	} else {
		return;
	}
	resolution->server_count++;
}

static void read_configuration(struct resolution *resolution)
{
	struct buffer file = {0};
	char *rest = NULL, *words = NULL;
	if (!read_file("/etc/resolv.conf", 65536, &file) || file.data == NULL)
		return;
	for (char *line = strtok_r(file.data, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char *key = strtok_r(line, " \t\r", &words);
		bool server = key != NULL && strcmp(key, "nameserver") == 0;
		bool domain = key != NULL && (strcmp(key, "search") == 0 || strcmp(key, "domain") == 0);
		for (char *word; (server || domain) && (word = strtok_r(NULL, " \t\r", &words)) != NULL;)
			if (server)
				add_server(resolution, word);
			else if (resolution->domains.count < DOMAINS)
				strings_add(&resolution->domains, word);
	}
	buffer_free(&file);
}

static bool ask(const struct sockaddr_storage *server, const char *name, long long deadline, struct in_addr *address)
{
	unsigned char question[DNS_MESSAGE], answer[DNS_MESSAGE];
	uint16_t id = 0;
	bool found = false;
	if (getrandom(&id, sizeof id, GRND_NONBLOCK) < 0)
		id = (uint16_t)http_now();
	size_t size = dns_question(name, id, question);
	// Connected: then only the server's answers arrive.
	int fd = size == 0 ? -1 : socket(server->ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)server, sizeof *server) == 0 && send(fd, question, size, 0) >= 0)
		for (long long left; !found && (left = deadline - http_now()) > 0;) {
			struct pollfd polled = {.fd = fd, .events = POLLIN};
			if (poll(&polled, 1, (int)left) <= 0)
				break;
			ssize_t received = recv(fd, answer, sizeof answer, 0);
			if (received < 2)
				break;
			if (memcmp(answer, question, 2) != 0) // of another question
				continue;
			found = dns_answer(answer, (size_t)received, id, address);
			break;
		}
	close(fd);
	return found;
}

static bool ask_all(const struct resolution *resolution, const char *name, long long deadline,
		    struct in_addr *address)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < resolution->server_count; i++) {
			long long limit = http_now() + 500;
			if (ask(&resolution->servers[i], name, deadline < limit ? deadline : limit, address))
				return true;
		}
	return false;
}

bool resolve(const char *name, long long deadline, struct in_addr *address)
{
	struct resolution resolution = {0};
	bool found = false;
	read_configuration(&resolution);
	for (size_t i = 0; !found && i < resolution.domains.count && strchr(name, '.') == NULL; i++) {
		char *full = text("%s.%s", name, resolution.domains.items[i]);
		found = ask_all(&resolution, full, deadline, address);
		free(full);
	}
	found = found || ask_all(&resolution, name, deadline, address);
	strings_free(&resolution.domains);
	return found;
}
