// Images of the system, which a build has put into folders as OCI image layouts, as archives that container
// engines load.
#pragma once

#include "guest.h"
#include "json.h"

// Where an archive goes.
struct sink {
	int fd;
	bool chunked; // as the body of an HTTP request, in chunks
};

bool sink_write(const struct sink *sink, const void *data, size_t size);

// Appends a file to a tar archive.
bool tar_text(const struct sink *sink, const char *name, const char *content);
bool tar_file(const struct sink *sink, const char *name, int fd, size_t size);
bool tar_end(const struct sink *sink);

// Returns a name with its registry, as engines keep it: Docker Hub's if it has none. To be freed by the caller.
char *full_name(const char *name);

// The one image of a folder.
struct image {
	const char *folder;
	struct buffer index;       // index.json
	struct json *parsed;       // points into it
	const struct json *image;  // the entry of the image
	struct strings names;      // under which engines will know it
};

// Reads the index of a folder. Returns false after reporting why if it has no image. The image must be closed
// in any case. `alias` is a further name, or NULL.
bool image_open(struct image *image, const char *folder, const char *alias);
void image_close(struct image *image);

// Returns the index with the image's names, in the form that containerd understands.
char *image_index(const struct image *image);
// Returns the list of images in the form of `docker save`, with the image for `architecture`. NULL after
// reporting why if there is none.
char *image_list(const struct image *image, const char *architecture);
// Writes the archive, which has both. Returns false after reporting why.
bool image_write(const struct image *image, const char *architecture, const struct sink *sink);
