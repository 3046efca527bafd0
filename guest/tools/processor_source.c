#include "rngd.h"

#include <stddef.h>

// Instructions that may have no number yet; with a new one in about a microsecond.
#define TRIES 1000

#if defined(__x86_64__)
#include <cpuid.h>

#define FROM(name)                                                                                                     \
	static bool from_##name(uint64_t *word)                                                                        \
	{                                                                                                              \
		for (int i = 0; i < TRIES; i++) {                                                                      \
			bool there;                                                                                    \
			__asm__ volatile(#name " %0; setc %1" : "=r"(*word), "=qm"(there) : : "cc");                   \
			if (there)                                                                                     \
				return true;                                                                           \
			__asm__ volatile("pause");                                                                     \
		}                                                                                                      \
		return false;                                                                                          \
	}
FROM(rdseed)
FROM(rdrand)

random_source *processor_source(bool rdseed, bool rdrand)
{
	unsigned a, b = 0, c = 0, d;
	if (rdseed && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_RDSEED) != 0)
		return from_rdseed;
	if (rdrand && __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_RDRND) != 0)
		return from_rdrand;
	return NULL;
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

#define HAS_RNDR (1 << 16) // of AT_HWCAP2

static bool from_rndrrs(uint64_t *word)
{
	for (int i = 0; i < TRIES; i++) {
		bool there;
		__asm__ volatile("mrs %0, s3_3_c2_c4_1; cset %w1, ne" : "=r"(*word), "=r"(there) : : "cc");
		if (there)
			return true;
		__asm__ volatile("yield");
	}
	return false;
}

random_source *processor_source(bool rdseed, bool rdrand)
{
	return (rdseed || rdrand) && (getauxval(AT_HWCAP2) & HAS_RNDR) != 0 ? from_rndrrs : NULL;
}
#else
random_source *processor_source(bool rdseed, bool rdrand)
{
	(void)rdseed;
	(void)rdrand;
	return NULL;
}
#endif
