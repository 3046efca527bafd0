# The front door. Everything it makes lies in target/; nothing is installed but by `make setup`.
.DELETE_ON_ERROR:
.PHONY: all setup demo test unit fuzz stress bench format hooks release reproduce clean

dist     := $(CURDIR)/target/linuxkit
linuxkit := $(dist)/bin/linuxkit
# Maven 3 runs on any JDK; on a 25 its own libraries would be warned about in every build. It does not live long enough for the second compiler.
mvn       = JAVA_HOME="$$(build/find-jdk)" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -XX:+UseParallelGC $$MAVEN_OPTS" mvn --batch-mode --no-transfer-progress -Dstyle.color=never

sources := pom.xml LICENSE NOTICE $(shell find base filesystem disk oci system boot packaging run cli third-party guest build \
             pkg/first-stage pkg/raspberry-pi pkg/syslinux pkg/systemd-boot \
             -type f -not -path '*/target/*' -not -path '*/src/test/*')

# The readers of what strangers write, which `make test` fuzzes: by the same inputs every time, so that nothing hangs on luck.
hostile := TarFuzzTest PaxFuzzTest ReferenceFuzzTest DocumentsTest ChallengeTest LoginsTest

all: $(dist)/complete

# The distribution: the program with a Java runtime of its own, trimmed, and its AOT cache.
$(dist)/complete: $(sources)
	@build/setup --check build
	@echo '== the guest, the program, its distribution'
	@$(MAKE) --no-print-directory -C guest OUT=$(CURDIR)/target/guest
	@rm -rf cli/target/modules # where libraries of an older pom.xml may lie
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
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory -C guest test OUT=$(CURDIR)/target/guest
	@rm -rf */target/classes */target/test-classes # compiled without the checks
	@$(mvn) verify -Pchecks -Dlinuxkit.home=$(dist)
	@MVN='$(mvn)' build/fuzz 5000 $(hostile)
	@MVN='$(mvn)' build/fuzz 500 FlatteningPropertyTest\#anyProgramEndsInATreeOrAFailure

# One test class after a small change, without the compiler's checks: make unit M=oci T=PullerTest
unit:
	@MVN='$(mvn)' build/unit '$(M)' '$(T)'

# Every parser against what Jazzer makes of its examples, at random: FUZZ=10m (the default is a minute) for each, or TEST=Class for some.
fuzz:
	@build/setup all
	@MVN='$(mvn)' build/fuzz "$(or $(FUZZ),1m)" $(TEST)

# The store under fire for longer than in `make test`: 200 kills, sixteen processes for a minute.
stress:
	@build/setup all
	@$(MAKE) --no-print-directory all
	@$(mvn) --quiet -pl test -am test -Dlinuxkit.home=$(dist) -Dtest=StoreUnderFireTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dlinuxkit.kills=200 -Dlinuxkit.seconds=60

bench:
	@build/setup all
	@$(MAKE) --no-print-directory all
	@build/bench $(linuxkit)

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

clean:
	rm -rf target */target third-party/*/target
