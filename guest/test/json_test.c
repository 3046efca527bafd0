#include "check.h"

#include "guest.h"
#include "json.h"

static struct json *read_text(const char *text)
{
	size_t where;
	return json_read(text, strlen(text), &where);
}

static const char *const good[] = {
	"{}", "[]", " null ", "0", "-0.5e+10", "1E9", "\"\"", "[1,2,[true,false]]", "{\"a\":{\"b\":[{\"c\":\"d\"}]}}",
	"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00\"",
};
static const char *const bad[] = {
	"", " ", "{", "}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "nul", "truer", "01", "-",
	"1.", ".5", "1e", "+1", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
	"\"\n\"", "1 2", "{} {}", "[1 2]", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "NaN", "/**/1",
};

void test_json(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct json *value = read_text(good[i]);
		CHECK(value != NULL);
		json_free(value);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK(read_text(bad[i]) == NULL);

	struct json *value = read_text("\"\\u00e4\\ud83d\\ude00\\u20ac\\/\"");
	CHECK_TEXT(value->string, "\xc3\xa4\xf0\x9f\x98\x80\xe2\x82\xac/");
	json_free(value);

	const char *root = "{ \"root\" : {\"readonly\":true, \"path\" : \"root\\u0066s\" } }";
	value = read_text(root);
	const struct json *path = json_member(json_member(value, "root"), "path");
	CHECK_TEXT(path->string, "rootfs");
	CHECK(strncmp(root + path->start, "\"root\\u0066s\"", path->end - path->start) == 0);
	CHECK(path->end - path->start == strlen("\"root\\u0066s\""));
	CHECK(json_member(value, "path") == NULL && json_member(path, "path") == NULL && json_member(NULL, "a") == NULL);
	CHECK(json_string(value, "root") == NULL);
	json_free(value);

	for (int repeated = 0; repeated < 2; repeated++) { // many members are checked in another way
		struct buffer many = {0};
		for (int i = 0; i < 300; i++) {
			char *member = text("%s\"k%d\":0", i > 0 ? "," : "{", repeated == 1 && i == 299 ? 150 : i);
			buffer_text(&many, member);
			free(member);
		}
		buffer_text(&many, "}");
		value = read_text(many.data);
		CHECK((value == NULL) == (repeated == 1));
		json_free(value);
		buffer_free(&many);
	}

	char deep[512];
	memset(deep, '[', sizeof deep);
	size_t where;
	CHECK(json_read(deep, sizeof deep, &where) == NULL && where <= 101);

	// The reader survives any input; the sanitizers end this program on memory errors.
	const char *seed = "{\"mounts\":[{\"destination\":\"/tmp\",\"type\":\"tmpfs\",\"options\":[\"size=1\\u00e4\",true,-1.5e3]}]}";
	for (int i = 0; i < 20000; i++) {
		size_t size;
		char *changed = mutated(seed, strlen(seed), &size);
		json_free(json_read(changed, size, &where));
		CHECK(where <= size);
		free(changed);
	}
}
