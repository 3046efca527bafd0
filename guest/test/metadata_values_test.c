// What providers give: compressed values, VMware's, OVF environments, files in a folder.
#include "check.h"

#include "inflate.h"
#include "metadata.h"
#include "vmware.h"

#include <sys/stat.h>
#include <unistd.h>

static void unzips(const char *encoded, const char *expected)
{
	struct buffer zipped = {0}, out = {0};
	CHECK(parse_base64(encoded, &zipped));
	CHECK(gunzip((const unsigned char *)zipped.data, zipped.size, 1000, &out));
	CHECK_TEXT(out.data, expected);
	for (size_t size = 0; size < zipped.size; size++) { // none of its beginnings is enough
		buffer_free(&out);
		CHECK(!gunzip((const unsigned char *)zipped.data, size, 1000, &out));
	}
	buffer_free(&out);
	zipped.data[12] ^= 1;
	CHECK(!gunzip((const unsigned char *)zipped.data, zipped.size, 1000, &out));
	buffer_free(&zipped);
	buffer_free(&out);
}

// Compresses by gzip itself.
static void unzips_random(unsigned size, unsigned letters)
{
	char folder[] = "/tmp/gunzip-test-XXXXXX";
	struct buffer original = {0}, zipped = {0}, out = {0};
	CHECK(mkdtemp(folder) != NULL);
	for (unsigned i = 0; i < size; i++)
		buffer_append(&original, &(char){(char)random_number(random_number(letters) + 1)}, 1);
	char *path = text("%s/file", folder), *packed = text("%s.gz", path);
	char *zip[] = {"/bin/gzip", path, NULL}, *remove[] = {"/bin/rm", "-r", folder, NULL};
	FILE *file = fopen(path, "w");
	CHECK(fwrite(original.data, 1, original.size, file) == original.size && fclose(file) == 0);
	CHECK(run_program(zip[0], zip) == 0 && read_file(packed, USER_DATA_LIMIT, &zipped));
	const unsigned char *data = (const unsigned char *)zipped.data;
	CHECK(gunzip(data, zipped.size, size, &out));
	CHECK(out.size == size && memcmp(out.data, original.data, size) == 0);
	buffer_free(&out);
	CHECK(!gunzip(data, zipped.size, size - 1, &out) && out.size < size);
	CHECK(run_program(remove[0], remove) == 0);
	buffer_free(&original);
	buffer_free(&zipped);
	buffer_free(&out);
	free(path);
	free(packed);
}

static void test_inflate(void)
{
	unzips("H4sIAAAAAAACA8tIzcnJV8igO5mYlJySmpaekZmVnZObl19QWFRcUlpWXlFZBQC0KO0xkgAAAA==",
	       "hello hello hello hello hello hello hello hello hello hello hello hello hello hello hello hello "
	       "hello hello hello hello abcdefghijklmnopqrstuvwxyz");
	unzips("H4sIAAAAAAAEAwEGAPn/c3RvcmVkC/lDVgYAAAA=", "stored");
	unzips_random(300000, 256);
	unzips_random(100000, 9);
	unzips_random(1000, 3);
}

// --- VMware and OVF ---

#define OVF                                                                                                            \
	"<?xml version=\"1.0\"?>\n<Environment xmlns=\"x\" xmlns:oe=\"y\"><PropertySection>\n"                          \
	"<Property oe:key=\"hostname\" oe:value='a&amp;b > c'/>\n"                                                      \
	"<Property oe:value=\"x\" oe:key=\"user-data\"/><oe:Property oe:key='public-keys' oe:value='ssh-rsa A'/>"       \
	"<Property oe:key=\"open\" oe:value=\"x"

static bool hypervisor(const char *request, size_t limit, struct buffer *reply)
{
	static const char *const values[][2] = {
		{"metadata", "bG9jYWwtaG9zdG5hbWU6IHZtCg=="}, {"metadata.encoding", "base64"},
		{"userdata", "H4sIAAAAAAAEAwEGAPn/c3RvcmVkC/lDVgYAAAA="}, {"userdata.encoding", "gzip+base64"},
		{"vendordata", "as it is"}, {"bad", "x"}, {"bad.encoding", "rot13"}, {"worse", "!"}, {"worse.encoding", "base64"}};
	CHECK(limit >= USER_DATA_LIMIT && starts_with(request, "info-get guestinfo."));
	for (size_t i = 0; i < COUNT(values); i++)
		if (strcmp(request + strlen("info-get guestinfo."), values[i][0]) == 0) {
			buffer_text(reply, "1 ");
			buffer_text(reply, values[i][1]);
			return true;
		}
	buffer_text(reply, "0 No value found");
	return true;
}

static bool absent(const char *request, size_t limit, struct buffer *reply)
{
	(void)request;
	(void)limit;
	(void)reply;
	return false;
}

static void has(const char *folder, const char *name, const char *expected)
{
	char *path = text("%s/%s", folder, name);
	struct buffer out = {0};
	CHECK(read_file(path, 1000, &out));
	CHECK_TEXT(out.data, expected);
	buffer_free(&out);
	free(path);
}

static void test_vmware(void)
{
	char folder[] = "/tmp/vmware-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	int output = output_open(folder);
	struct buffer user_data = {0};
	CHECK(guestinfo_extract(hypervisor, output, &user_data));
	CHECK_TEXT(user_data.data, "stored");
	has(folder, "hostname", "vm");
	has(folder, "metadata", "local-hostname: vm\n");
	has(folder, "vendordata", "as it is");
	buffer_free(&user_data);
	CHECK(!guestinfo_read(hypervisor, "bad", &user_data) && !guestinfo_read(hypervisor, "worse", &user_data));
	CHECK(!guestinfo_extract(absent, output, &user_data) && user_data.size == 0);
	if (!vmware_present()) // then the port, whose use ends programs, is left alone
		CHECK(!vmware_port("info-get guestinfo.metadata", 100, &user_data));
	char *remove[] = {"/bin/rm", "-r", folder, NULL};
	CHECK(run_program(remove[0], remove) == 0);
	close(output);
}

static void property_is(const char *key, const char *expected)
{
	char *value = parse_ovf(OVF, key);
	CHECK_TEXT(value != NULL ? value : "(missing)", expected);
	free(value);
}

static void test_ovf(void)
{
	property_is("hostname", "a&b > c");
	property_is("user-data", "x");
	property_is("public-keys", "ssh-rsa A");
	property_is("open", "(missing)");
	property_is("other", "(missing)");
	struct buffer user_data = {0};
	CHECK(!ovf_take(-1, "<x/>", 4, &user_data));
}

// --- files in a folder ---

static void put(const char *folder, const char *name, const char *content)
{
	char *path = text("%s/%s", folder, name), *slash = strrchr(path, '/');
	*slash = '\0';
	CHECK(make_directories(path, 0755));
	*slash = '/';
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
	free(path);
}

// Reads a folder with one file more, and returns the user data, to be freed; "(none)" if nothing was found.
static char *extracted(const char *folder, const char *label, const char *name, const char *content, int output)
{
	struct buffer user_data = {0};
	if (name != NULL)
		put(folder, name, content);
	buffer_text(&user_data, "");
	if (!folder_extract(folder, label, output, &user_data))
		buffer_text(&user_data, "(none)");
	return user_data.data;
}

static void extracts(const char *folder, const char *label, const char *name, const char *content, int output, const char *expected)
{
	char *user_data = extracted(folder, label, name, content, output);
	CHECK_TEXT(user_data, expected);
	free(user_data);
}

static void test_folders(void)
{
	char top[] = "/tmp/folders-test-XXXXXX";
	CHECK(mkdtemp(top) != NULL);
	char *out = text("%s/out", top), *in = text("%s/in", top), *link = text("%s/user-data", in);
	int output = output_open(out);
	CHECK(output >= 0 && mkdir(in, 0755) == 0);
	extracts(in, "", NULL, NULL, output, "(none)");
	extracts(in, "OVF ENV", "ovf-env.xml", OVF, output, "x");
	has(out, "ssh/authorized_keys", "ssh-rsa A\n");
	extracts(in, "", "config", "of run", output, "of run");
	extracts(in, "cidata", "meta-data", "local-hostname: seeded\npublic-keys:\n  - \"ssh-rsa B\"\n", output, "of run");
	has(out, "hostname", "seeded");
	has(out, "ssh/authorized_keys", "ssh-rsa B\n");
	put(top, "secret", "secret");
	CHECK(symlink("../secret", link) == 0);
	extracts(in, "cidata", NULL, NULL, output, "of run"); // not what the link leads to
	extracts(in, "config-2", NULL, NULL, output, "(none)");
	put(in, "openstack/latest/user_data", "of openstack");
	extracts(in, "config-2", "openstack/latest/meta_data.json",
		 "{\"hostname\":\"o\",\"uuid\":\"u\",\"public_keys\":{\"k\":\"ssh-rsa C\\n\"}}", output, "of openstack");
	has(out, "hostname", "o");
	has(out, "instance_id", "u");
	has(out, "ssh/authorized_keys", "ssh-rsa C\n");
	char *remove[] = {"/bin/rm", "-r", top, NULL};
	CHECK(run_program(remove[0], remove) == 0);
	close(output);
	free(out);
	free(in);
	free(link);
}

void test_metadata_values(void)
{
	test_inflate();
	test_ovf();
	test_vmware();
	test_folders();
}
