// Addresses of names, from the name servers of /etc/resolv.conf. A static program has no other way, and this
// one must end in time.
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Asks until `deadline`, a value of http_now, and sends each question at most twice.
bool resolve(const char *name, long long deadline, struct in_addr *address);

#define DNS_MESSAGE 512 // bytes, as without extensions

// Writes a question for the IPv4 address of a name. Returns its size; 0 if the name is not fit for DNS.
size_t dns_question(const char *name, uint16_t id, unsigned char message[DNS_MESSAGE]);
// Reads the first IPv4 address of an answer to that question. Returns false if there is no such address.
bool dns_answer(const unsigned char *message, size_t size, uint16_t id, struct in_addr *address);
