// The policy in a service's runtime.json.
#include "fuzz.h"

#include "policy.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t where;
	struct json *runtime = json_read((const char *)data, size, &where);
	struct policy policy;
	policy_read(&policy, runtime, "service");
	const struct readiness *ready = &policy.ready;
	REQUIRE(policy.restart <= RESTART_ALWAYS);
	REQUIRE(policy.stop_signal >= 1 && policy.stop_signal <= 64);
	REQUIRE(policy.stop_timeout >= 0 && policy.stop_timeout <= 86400);
	REQUIRE(ready->timeout >= 1 && ready->timeout <= 86400 && ready->port <= 65535);
	REQUIRE(ready->socket == NULL || *ready->socket == '/');
	REQUIRE(ready->file == NULL || *ready->file == '/');
	policy_free(&policy);
	json_free(runtime);
	return 0;
}
