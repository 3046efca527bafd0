// The descriptions that an archive of an image begins with.
#include "archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTION_LIMIT (4 << 20)

// Returns the path of a blob in a layout, to be freed by the caller; NULL if it is not a digest.
static char *blob_name(const char *digest)
{
	const char *colon = digest != NULL ? strchr(digest, ':') : NULL;
	if (colon == NULL || strspn(digest, "abcdefghijklmnopqrstuvwxyz0123456789") != (size_t)(colon - digest) ||
	    colon[1] == '\0' || colon[1 + strspn(colon + 1, "0123456789abcdef")] != '\0')
		return NULL;
	return text("blobs/%.*s/%s", (int)(colon - digest), digest, colon + 1);
}

static struct json *read_json(const char *folder, const char *name, struct buffer *content)
{
	size_t where;
	char *path = text("%s/%s", folder, name);
	struct json *value = NULL;
	if (!read_file(path, DESCRIPTION_LIMIT, content))
		say_errno("%s", path);
	else if ((value = json_read(content->data, content->size, &where)) == NULL)
		say("%s: not JSON at byte %zu", path, where);
	free(path);
	return value;
}

char *full_name(const char *name)
{
	const char *slash = strchr(name, '/');
	const size_t host = slash != NULL ? (size_t)(slash - name) : 0;
	if (slash == NULL)
		return text("docker.io/library/%s", name);
	if (memchr(name, '.', host) == NULL && memchr(name, ':', host) == NULL && !starts_with(name, "localhost/"))
		return text("docker.io/%s", name);
	return copy_text(name);
}

// Returns the colon in front of a name's tag; NULL if it has none.
static char *tag_of(char *name)
{
	char *slash = strrchr(name, '/');
	return strchr(slash != NULL ? slash : name, ':');
}

// Adds a name. One with a digest becomes two, since engines look for either: with the tag if it has one, and with
// the digest. A name with neither gets the usual tag.
static void add_names(struct strings *names, const char *name)
{
	char *full = full_name(name), *digest = strchr(full, '@');
	if (digest != NULL)
		*digest = '\0';
	char *tag = tag_of(full);
	char *tagged = text("%s%s", full, tag == NULL ? ":latest" : "");
	if (tag != NULL || digest == NULL)
		strings_add(names, tagged);
	free(tagged);
	if (digest != NULL) {
		if (tag != NULL)
			*tag = '\0';
		char *pinned = text("%s@%s", full, digest + 1);
		strings_add(names, pinned);
		free(pinned);
	}
	free(full);
}

bool image_open(struct image *image, const char *folder, const char *alias)
{
	*image = (struct image){.folder = folder};
	image->parsed = read_json(folder, "index.json", &image->index);
	const struct json *manifests = json_member(image->parsed, "manifests");
	image->image = manifests != NULL && manifests->kind == JSON_ARRAY ? manifests->children : NULL;
	const char *name = json_string(json_member(image->image, "annotations"), "org.opencontainers.image.ref.name");
	if (image->parsed != NULL && name == NULL)
		say("%s has no image with a name", folder);
	if (name == NULL)
		return false;
	add_names(&image->names, name);
	if (alias != NULL)
		add_names(&image->names, alias);
	return true;
}

void image_close(struct image *image)
{
	strings_free(&image->names);
	json_free(image->parsed);
	buffer_free(&image->index);
}

// Appends a string that has no quotes or control characters, as names of images do not.
static void add_string(struct buffer *out, const char *string)
{
	buffer_text(out, "\"");
	for (; *string != '\0'; string++)
		if (*string != '"' && *string != '\\' && (unsigned char)*string >= ' ')
			buffer_append(out, string, 1);
	buffer_text(out, "\"");
}

// Appends a member of an object as it is written in the text that it was read from.
static void add_member(struct buffer *out, const struct buffer *source, const struct json *object, const char *key)
{
	const struct json *member = json_member(object, key);
	if (member == NULL)
		return;
	add_string(out, key);
	buffer_text(out, ":");
	buffer_append(out, source->data + member->start, member->end - member->start);
	buffer_text(out, ",");
}

char *image_index(const struct image *image)
{
	struct buffer out = {0};
	buffer_text(&out, "{\"schemaVersion\":2,\"manifests\":[");
	for (size_t i = 0; i < image->names.count; i++) {
		buffer_text(&out, i > 0 ? ",{" : "{");
		add_member(&out, &image->index, image->image, "mediaType");
		add_member(&out, &image->index, image->image, "digest");
		add_member(&out, &image->index, image->image, "size");
		buffer_text(&out, "\"annotations\":{\"io.containerd.image.name\":");
		add_string(&out, image->names.items[i]);
		buffer_text(&out, "}}");
	}
	buffer_text(&out, "]}");
	return out.data;
}

// Returns the entry of an index for an architecture; NULL if it has none.
static const struct json *entry_for(const struct json *index, const char *architecture)
{
	const struct json *list = json_member(index, "manifests");
	for (const struct json *entry = list != NULL ? list->children : NULL; entry != NULL; entry = entry->next) {
		const char *has = json_string(json_member(entry, "platform"), "architecture");
		if (has != NULL && strcmp(has, architecture) == 0)
			return entry;
	}
	return NULL;
}

static void add_blob(struct buffer *out, const struct json *descriptor)
{
	char *name = blob_name(json_string(descriptor, "digest"));
	add_string(out, name != NULL ? name : "");
	free(name);
}

static char *list_of(const struct image *image, const struct json *manifest)
{
	struct buffer out = {0};
	buffer_text(&out, "[{\"Config\":");
	add_blob(&out, json_member(manifest, "config"));
	buffer_text(&out, ",\"RepoTags\":[");
	const char *comma = "";
	for (size_t i = 0; i < image->names.count; i++)
		if (strchr(image->names.items[i], '@') == NULL) {
			buffer_text(&out, comma);
			add_string(&out, image->names.items[i]);
			comma = ",";
		}
	buffer_text(&out, "],\"Layers\":[");
	const struct json *layers = json_member(manifest, "layers");
	for (const struct json *layer = layers != NULL ? layers->children : NULL; layer != NULL; layer = layer->next) {
		add_blob(&out, layer);
		buffer_text(&out, layer->next != NULL ? "," : "");
	}
	buffer_text(&out, "]}]");
	return out.data;
}

char *image_list(const struct image *image, const char *architecture)
{
	char *name = blob_name(json_string(image->image, "digest")), *list = NULL;
	struct buffer content = {0};
	struct json *value = name != NULL ? read_json(image->folder, name, &content) : NULL;
	free(name);
	if (json_member(value, "manifests") != NULL) {
		name = blob_name(json_string(entry_for(value, architecture), "digest"));
		json_free(value);
		buffer_free(&content);
		value = name != NULL ? read_json(image->folder, name, &content) : NULL;
		free(name);
	}
	if (json_member(value, "config") != NULL)
		list = list_of(image, value);
	else
		say("%s has no image for %s", image->folder, architecture);
	json_free(value);
	buffer_free(&content);
	return list;
}

static bool write_blob(const struct image *image, const char *name, const struct sink *sink)
{
	struct stat status;
	char *path = text("%s/%s", image->folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool done = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		    tar_file(sink, name, fd, (size_t)status.st_size);
	if (!done)
		say_errno("cannot hand over %s", path);
	if (fd >= 0)
		close(fd);
	free(path);
	return done;
}

static bool write_blobs(const struct image *image, const struct sink *sink)
{
	char *folder = text("%s/blobs/sha256", image->folder);
	struct strings names = {0};
	bool done = list_directory(folder, &names);
	if (!done)
		say_errno("%s", folder);
	for (size_t i = 0; done && i < names.count; i++) {
		char *name = text("blobs/sha256/%s", names.items[i]);
		done = write_blob(image, name, sink);
		free(name);
	}
	strings_free(&names);
	free(folder);
	return done;
}

bool image_write(const struct image *image, const char *architecture, const struct sink *sink)
{
	char *list = image_list(image, architecture);
	if (list == NULL)
		return false;
	char *index = image_index(image);
	bool done = tar_text(sink, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}") &&
		    tar_text(sink, "index.json", index) && tar_text(sink, "manifest.json", list) &&
		    write_blobs(image, sink) && tar_end(sink);
	free(index);
	free(list);
	return done;
}
