// Metadata in VMware's guestinfo.
#include "inflate.h"
#include "metadata.h"
#include "vmware.h"

#include <stdlib.h>
#include <string.h>

// Base64 of compressed data, the largest form, is a third larger than it.
#define REPLY_LIMIT (2 * USER_DATA_LIMIT)

// Asks for one value. A reply is "1 VALUE", or "0 REASON".
static bool ask(vmware_transport transport, const char *name, struct buffer *value)
{
	struct buffer reply = {0};
	char *request = text("info-get guestinfo.%s", name);
	bool found = transport(request, REPLY_LIMIT, &reply) && reply.size > 2 && memcmp(reply.data, "1 ", 2) == 0;
	if (found)
		buffer_append(value, reply.data + 2, reply.size - 2);
	buffer_free(&reply);
	free(request);
	return found;
}

static bool decode(const char *encoding, const struct buffer *raw, struct buffer *value)
{
	bool zipped = strcmp(encoding, "gzip+base64") == 0 || strcmp(encoding, "gz+b64") == 0;
	if (*encoding == '\0') {
		buffer_append(value, raw->data, raw->size);
		return raw->size <= USER_DATA_LIMIT;
	}
	struct buffer decoded = {0};
	bool known = zipped || strcmp(encoding, "base64") == 0 || strcmp(encoding, "b64") == 0;
	bool ok = known && parse_base64(raw->data, &decoded);
	if (ok && zipped) {
		ok = gunzip((const unsigned char *)decoded.data, decoded.size, USER_DATA_LIMIT, value);
	} else if (ok) {
		ok = decoded.size <= USER_DATA_LIMIT;
		buffer_append(value, decoded.data, decoded.size);
	}
	buffer_free(&decoded);
	return ok;
}

bool guestinfo_read(vmware_transport transport, const char *name, struct buffer *value)
{
	struct buffer raw = {0}, encoding = {0}, decoded = {0};
	bool ok = ask(transport, name, &raw);
	if (ok) {
		char *key = text("%s.encoding", name);
		buffer_text(&encoding, "");
		ask(transport, key, &encoding);
		free(key);
		ok = decode(trim(encoding.data), &raw, &decoded) && decoded.size > 0;
		if (ok)
			buffer_append(value, decoded.data, decoded.size);
		else
			say("guestinfo.%s is malformed or too large", name);
	}
	buffer_free(&raw);
	buffer_free(&encoding);
	buffer_free(&decoded);
	return ok;
}

bool guestinfo_extract(vmware_transport transport, int output, struct buffer *user_data)
{
	struct buffer meta = {0}, vendor = {0}, environment = {0};
	bool found = guestinfo_read(transport, "userdata", user_data);
	if (guestinfo_read(transport, "metadata", &meta)) {
		found = true;
		output_write(output, NULL, "metadata", 0644, meta.data, meta.size);
		meta_data_take(output, meta.data, meta.size);
	}
	if (guestinfo_read(transport, "vendordata", &vendor))
		output_write(output, NULL, "vendordata", 0644, vendor.data, vendor.size);
	if (!found && ask(transport, "ovfEnv", &environment))
		found = ovf_take(output, environment.data, environment.size, user_data);
	buffer_free(&meta);
	buffer_free(&vendor);
	buffer_free(&environment);
	return found;
}
