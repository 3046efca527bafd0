# The entry point for development. All output goes to target/; only `make setup` installs anything.
.DELETE_ON_ERROR:
.PHONY: all setup demo test test-guest test-examples test-buildkit unit fuzz stress bench format hooks release reproduce kernel clean

dist     := $(CURDIR)/target/linuxkit
linuxkit := $(dist)/bin/linuxkit
# Maven 3 runs on any JDK. The options silence JDK 25's warnings about Maven's libraries, and skip the
# second compiler, which does not pay off in a process this short.
mvn       = JAVA_HOME="$$(build/find-jdk)" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -XX:+UseParallelGC $$MAVEN_OPTS" mvn --batch-mode --no-transfer-progress -Dstyle.color=never

sources := pom.xml LICENSE NOTICE $(shell find base json yaml trust http filesystem disk oci system boot packaging engine run cli training third-party guest build pkg \
             -type f -not -path '*/target/*' -not -path '*/src/test/*' -not -path 'guest/fuzz/*')

# The readers of untrusted input that `make test` fuzzes, with the same inputs every time, so that the
# result does not depend on chance.
hostile := TarFuzzTest PaxFuzzTest ReferenceFuzzTest DocumentsTest ChallengeTest LoginsTest

all: $(dist)/complete

# The distribution: the program with its own trimmed Java runtime and AOT cache.
$(dist)/complete: $(sources)
	@build/setup --check build
	@echo '== the guest, the program, its distribution'
	@$(MAKE) --no-print-directory -C guest OUT=$(CURDIR)/target/guest
	@rm -rf cli/target/modules # may contain libraries of an older pom.xml
	@$(mvn) --quiet --threads 2 -DskipTests -Dbuild.commit=$$(git rev-parse HEAD 2>/dev/null) -Dspotless.check.skip=true -pl '!test' package
	@build/dist $(dist)

setup:
	@build/setup all

demo:
	@build/setup build run
	@$(MAKE) --no-print-directory all
	@build/demo $(linuxkit)

test:
	@build/setup all
	@build/foreign
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory -C guest test OUT=$(CURDIR)/target/guest
	@rm -rf */target/classes */target/test-classes # compiled without the checks
	@$(mvn) verify -Pchecks -Dlinuxkit.home=$(dist)
	@MVN='$(mvn)' build/fuzz 5000 $(hostile)
	@MVN='$(mvn)' build/fuzz 500 FlatteningPropertyTest\#flattensOrRefusesAnyProgram

# Boots guests under stress, in at most 45 minutes: what `make test` boots are those that work as usual.
test-guest:
	@build/setup all
	@$(MAKE) --no-print-directory all
	@$(mvn) --quiet -pl test -am test -Dlinuxkit.home=$(dist) -Dgroups=guest -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false

# Boots systems of the components and examples, in at most 45 minutes.
test-examples:
	@build/setup all
	@$(MAKE) --no-print-directory all
	@$(mvn) --quiet -pl test -am test -Dlinuxkit.home=$(dist) -Dgroups=examples -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false

# Builds components by BuildKit's own programs, buildkitd and buildctl, which Debian does not have: as
# root, with the folder that holds them.
test-buildkit: BUILDKIT ?= /usr/local/bin
test-buildkit:
	@build/setup all
	@$(MAKE) --no-print-directory all
	@$(mvn) --quiet -pl test -am test -Dlinuxkit.home=$(dist) -Dlinuxkit.buildkit=$(BUILDKIT) -Dgroups=buildkit -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false

# Runs one test class without the compiler's checks: make unit M=oci T=PullerTest
unit:
	@MVN='$(mvn)' build/unit '$(M)' '$(T)'

# Fuzzes every parser with random inputs derived from its examples, for a minute each. FUZZ=10m changes
# the time; TEST selects parsers: Java classes or targets of guest/fuzz.
fuzz:
	@build/setup all
	@MVN='$(mvn)' build/fuzz "$(or $(FUZZ),1m)" $(TEST)

# Loads the store for longer than `make test` does: 200 kills, sixteen processes for a minute.
stress:
	@build/setup all
	@$(MAKE) --no-print-directory all
	@$(mvn) --quiet -pl test -am test -Dlinuxkit.home=$(dist) -Dtest=StoreUnderFireTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dlinuxkit.kills=200 -Dlinuxkit.seconds=60

# Measures the program as it is used, beside other tools: all rows, or those named in ROWS, separated by
# commas (ROWS=help lists them). RUNS=5 says how often, LINUXKIT_GO names LinuxKit's own program.
bench:
ifeq ($(ROWS),help)
	@build/bench help
else
	@build/setup all
	@$(MAKE) --no-print-directory all
	@build/bench $(linuxkit) $(ROWS)
endif

format:
	@$(mvn) --quiet spotless:apply

# A pre-commit hook for this clone, which formats the Java files that are staged.
hooks:
	@build/hooks

# The archive for users, target/release/linuxkit-VERSION-linux-ARCHITECTURE.tar.zst, and its SHA256SUMS.
release:
	@build/setup --check build release
	@$(MAKE) --no-print-directory all
	@build/release $(dist)

# Makes the release twice, in two clones of the last commit, and compares what is in it.
reproduce:
	@build/reproduce

# Compiles kernel-lean and boots it, as docs/packages.md describes: make kernel ARCH=arm64 FRAGMENTS=my.config
kernel: ARCH ?= $(shell uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
kernel:
	@build/setup --check kernel
	@$(MAKE) --no-print-directory all
	@build/kernel $(linuxkit) $(ARCH) target/kernel/$(ARCH) $(FRAGMENTS)
	@build/kernel-boot $(linuxkit) $(ARCH) target/kernel/$(ARCH) $(FRAGMENTS)

clean:
	rm -rf target */target third-party/*/target
