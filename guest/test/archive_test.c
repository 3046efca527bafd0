#include "check.h"

#include "archive.h"
#include "cri.h"
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
#define BLOB(digit) "sha256:" HEX digit
#define FILE_OF(digit) "blobs/sha256/" HEX digit

static char folder[] = "/tmp/guest-test-XXXXXX";

static void put(const char *name, const char *content)
{
	char *path = text("%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	CHECK(fd >= 0 && write_all(fd, content, strlen(content)));
	close(fd);
	free(path);
}

static void names(const char *name)
{
	char *index = text("{\"manifests\":[{\"mediaType\":\"m\",\"size\":3,\"digest\":\"" BLOB("0") "\",\"annotations\":"
			   "{\"org.opencontainers.image.ref.name\":\"%s\"}}]}",
			   name);
	put("index.json", index);
	free(index);
}

static void expect_names(const char *name, const char *alias, const char *should)
{
	struct image image;
	struct buffer all = {0};
	names(name);
	CHECK(image_open(&image, folder, alias));
	for (size_t i = 0; i < image.names.count; i++) {
		buffer_text(&all, i > 0 ? " " : "");
		buffer_text(&all, image.names.items[i]);
	}
	CHECK_TEXT(all.data, should);
	buffer_free(&all);
	image_close(&image);
}

static void names_images_as_engines_do(void)
{
	expect_names("web", NULL, "docker.io/library/web:latest");
	expect_names("docker.io/library/web:1", "web:2", "docker.io/library/web:1 docker.io/library/web:2");
	expect_names("me/web:1", "localhost/web:1", "docker.io/me/web:1 localhost/web:1");
	expect_names("host:5000/web", NULL, "host:5000/web:latest");
	expect_names("example.org/web:1@sha256:ab", NULL, "example.org/web:1 example.org/web@sha256:ab");
	expect_names("example.org/web@sha256:ab", NULL, "example.org/web@sha256:ab");
}

static void expect_list(const char *architecture, const char *should)
{
	struct image image;
	CHECK(image_open(&image, folder, NULL));
	char *list = image_list(&image, architecture);
	CHECK((list != NULL) == (should != NULL) && (list == NULL || strcmp(list, should) == 0));
	free(list);
	image_close(&image);
}

#define MANIFEST "{\"config\":{\"digest\":\"" BLOB("2") "\"},\"layers\":[{\"digest\":\"" BLOB("3") "\"},{\"digest\":\"" BLOB("4") "\"}]}"
#define LIST(tags) "[{\"Config\":\"" FILE_OF("2") "\",\"RepoTags\":[" tags "],\"Layers\":[\"" FILE_OF("3") "\",\"" FILE_OF("4") "\"]}]"

static void lists_the_image_of_an_architecture(void)
{
	names("example.org/web:1");
	put(FILE_OF("0"), MANIFEST);
	expect_list("amd64", LIST("\"example.org/web:1\""));
	names("example.org/web@sha256:ab");
	expect_list("amd64", LIST(""));
	put(FILE_OF("1"), MANIFEST);
	put(FILE_OF("0"), "{\"manifests\":[{\"digest\":\"" BLOB("9") "\",\"platform\":{\"architecture\":\"arm64\"}},"
			  "{\"digest\":\"" BLOB("1") "\",\"platform\":{\"architecture\":\"amd64\"}}]}");
	expect_list("amd64", LIST(""));
	expect_list("arm64", NULL); // its manifest is missing
	expect_list("riscv64", NULL);
	put(FILE_OF("0"), "{\"manifests\":[{\"digest\":\"sha256:../../index.json\",\"platform\":{\"architecture\":\"amd64\"}}]}");
	expect_list("amd64", NULL);
	put(FILE_OF("0"), "[");
	expect_list("amd64", NULL);
}

static void refuses_folders_without_an_image(void)
{
	static const char *const broken[] = {"", "{}", "[]", "{\"manifests\":[]}", "{\"manifests\":{\"a\":1}}",
					     "{\"manifests\":[{\"annotations\":{}}]}"};
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct image image;
		put("index.json", broken[i]);
		CHECK(!image_open(&image, folder, NULL));
		image_close(&image);
	}
}

static void run(const char *script)
{
	char *line = text("cd %s; %s", folder, script);
	CHECK(run_program("/bin/sh", (char *[]){"sh", "-ec", line, NULL}) == 0);
	free(line);
}

static void write_archive(const char *name, bool chunked)
{
	struct image image;
	char *path = text("%s/%s", folder, name);
	struct sink sink = {.fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644), .chunked = chunked};
	CHECK(sink.fd >= 0 && image_open(&image, folder, "web:2") && image_write(&image, "amd64", &sink));
	image_close(&image);
	close(sink.fd);
	free(path);
}

static void writes_archives(void)
{
	names("example.org/web:1");
	put(FILE_OF("0"), MANIFEST);
	run("head -c 100000 /dev/urandom > " FILE_OF("3"));
	write_archive("plain.tar", false);
	run("mkdir out; tar -C out -xf plain.tar; test \"$(ls out)\" = \"$(printf 'blobs\\nindex.json\\nmanifest.json\\noci-layout')\"; "
	    "diff -r blobs out/blobs; grep -q example.org/web:1 out/manifest.json; "
	    "grep -q '\"io.containerd.image.name\":\"docker.io/library/web:2\"' out/index.json; "
	    "grep -q '\"mediaType\":\"m\",\"digest\":\"" BLOB("0") "\",\"size\":3,' out/index.json");
	write_archive("chunked", true);
	run("tail -c 5 chunked | od -An -c | tr -d ' ' | grep -qx '0.r.n.r.n'; test $(head -c 3 chunked) = 200");
}

static void finds_fields_by_paths(void)
{
	struct buffer inner = {0}, middle = {0}, outer = {0};
	protobuf_text(&inner, 1, "10.0.0.1");
	protobuf_bytes(&middle, 5, inner.data, inner.size);
	protobuf_bytes(&outer, 1, middle.data, middle.size);
	char *found = cri_text(&outer, (const unsigned[]){1, 5, 1, 0});
	char *missing = cri_text(&outer, (const unsigned[]){1, 4, 1, 0});
	CHECK_TEXT(found, "10.0.0.1");
	CHECK_TEXT(missing, "");
	free(found);
	free(missing);
	buffer_free(&inner);
	buffer_free(&middle);
	buffer_free(&outer);
}

void test_archive(void)
{
	CHECK(mkdtemp(folder) != NULL);
	run("mkdir -p blobs/sha256");
	names_images_as_engines_do();
	lists_the_image_of_an_architecture();
	refuses_folders_without_an_image();
	writes_archives();
	finds_fields_by_paths();
	run("rm -r ../$(basename $PWD)");
}
