// Calls of the Container Runtime Interface, the one between Kubernetes' kubelet and containerd. Pods and
// containers go by their names.
#pragma once

#include "guest.h"
#include "protobuf.h"

#define CRI_SOCKET "/run/containerd/containerd.sock"
#define CRI_LOGS "/var/log/pods"

// Connects. Ends the program with a message on failure.
void cri_connect(void);
// Makes a call and frees the request. Ends the program with a message on failure.
struct buffer cri_call(const char *method, struct buffer *request);

// Returns the bytes of the last field with a number, or with a path of numbers that ends with 0; they point
// into the message. Without such a field, there are 0 bytes.
struct buffer cri_field(const struct buffer *message, const unsigned *path);
// The same as text, to be freed by the caller.
char *cri_text(const struct buffer *message, const unsigned *path);

// Calls a function for each of the repeated fields 1 of a message.
void cri_each(const struct buffer *message, void (*function)(const struct buffer *entry));

// Returns the id of the newest pod with a name that is up, or of a container of it; to be freed by the caller.
// Ends the program with a message if there is none.
char *cri_pod(const char *name);
char *cri_container(const char *pod, const char *name);

// Appends the description of a pod as a field.
void cri_add_pod(struct buffer *request, unsigned field, const char *name);
void cri_add_message(struct buffer *request, unsigned field, struct buffer *message); // frees it
