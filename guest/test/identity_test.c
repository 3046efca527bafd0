#include "check.h"

#include "clock.h"
#include "guest.h"
#include "identity.h"
#include "sha256.h"

#include <unistd.h>

static void expect_hash(const char *first, const char *second, const char *should)
{
	unsigned char hash[SHA256_SIZE];
	char digits[2 * SHA256_SIZE + 1];
	sha256(first, strlen(first), second, strlen(second), hash);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		(void)snprintf(digits + 2 * i, 3, "%02x", hash[i]);
	CHECK_TEXT(digits, should);
}

static void test_hash(void)
{
	// The examples of FIPS 180-2, and the longest text whose length still fits into the same block.
	expect_hash("", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	expect_hash("a", "bc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect_hash("abcdbcdecdefdefgefghfghighijhijkijkl", "jklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	expect_hash("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "",
		    "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
}

static void test_machine_id(void)
{
	char id[MACHINE_ID_SIZE], other[MACHINE_ID_SIZE];
	CHECK(machine_id_of("01234567-89ab-cdef-0123-456789abcdef", id));
	CHECK(machine_id_of("01234567-89AB-CDEF-0123-456789ABCDEF", other));
	CHECK_TEXT(other, id);
	CHECK(strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32 && id[12] == '4' && strchr("89ab", id[16]) != NULL);
	CHECK(strstr(id, "01234567") == NULL);
	CHECK(machine_id_of("01234567-89ab-cdef-0123-456789abcdee", other) && strcmp(id, other) != 0);
	CHECK(!machine_id_of("", id) && !machine_id_of("Not Specified", id) && !machine_id_of("0123", id));
	CHECK(!machine_id_of("00000000-0000-0000-0000-000000000000", id));
	CHECK(!machine_id_of("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", id));
	CHECK(!machine_id_of("03000200-0400-0500-0006-000700080009", id));
	CHECK(!machine_id_of("01234567-89ab-cdef-0123-456789abcdef0", id));
}

static void test_clock(void)
{
	CHECK(kernel_time("#1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1 (2025-11-05)") == 1762300800);
	CHECK(kernel_time("#1 SMP Tue Apr 18 16:30:00 UTC 2017") == 1492533000);
	CHECK(kernel_time("#1 SMP") == 0 && kernel_time("") == 0 && kernel_time("#1 (2025-11-05) x") == 0);
}

static void add_device(const char *folder, const char *name, const char *index, const char *address, const char *kind)
{
	const char *const attributes[][2] = {{"ifindex", index}, {"address", address}, {"type", kind}};
	char *device = text("%s/%s", folder, name);
	CHECK(make_directories(device, 0755));
	for (size_t i = 0; i < COUNT(attributes); i++) {
		char *path = text("%s/%s", device, attributes[i][0]);
		FILE *file = fopen(path, "w");
		CHECK(file != NULL && fprintf(file, "%s\n", attributes[i][1]) > 0 && fclose(file) == 0);
		free(path);
	}
	free(device);
}

static void expect_first(const char *folder, const char *should)
{
	char *first = first_network_device(folder);
	CHECK_TEXT(first, should);
	free(first);
}

static void make_hardware(const char *folder, const char *name)
{
	char *path = text("%s/%s/device", folder, name);
	CHECK(symlink("../../..", path) == 0);
	free(path);
}

static void test_network_devices(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	CHECK(first_network_device(folder) == NULL);
	add_device(folder, "lo", "1", "00:00:00:00:00:00", "772");
	add_device(folder, "dummy0", "2", "52:54:00:00:00:02", "1"); // no hardware
	add_device(folder, "ib0", "3", "80:00:02:08:fe:80:00:00:00:00:00:00:52:54:00:00:00:00:00:01", "32");
	make_hardware(folder, "ib0");
	CHECK(first_network_device(folder) == NULL);
	add_device(folder, "enp1s0", "11", "52:54:00:00:00:0b", "1");
	make_hardware(folder, "enp1s0");
	expect_first(folder, "enp1s0");
	add_device(folder, "wan", "4", "52:54:00:00:00:04", "1");
	make_hardware(folder, "wan");
	expect_first(folder, "wan");
	add_device(folder, "eth0", "20", "52:54:00:00:00:14", "1");
	expect_first(folder, "eth0");
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0);
}

void test_identity(void)
{
	test_hash();
	test_machine_id();
	test_clock();
	test_network_devices();
}
