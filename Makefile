# hookrun: one non-recursive Makefile.  `make help` lists the targets.
#
# Every variant (release, debug, asan) has its objects in build/VARIANT and is
# rebuilt when its flags change; the list of sources is read from the disk, so
# a new file needs no line here.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

CC ?= cc
ifeq ($(origin CC),default)
CC := cc
endif
# The port: what differs between systems is in files named so (x_linux.c), and
# one that has none of its own takes x_posix.c.  `make PORT=posix` builds on any
# system with what POSIX alone has.
SYSTEM := $(shell uname -s)
NATIVE := $(if $(filter Linux,$(SYSTEM)),linux,$(if \
	$(filter Darwin,$(SYSTEM)),darwin,posix))
PORT := $(NATIVE)
ifeq ($(filter linux darwin posix,$(PORT)),)
$(error PORT is linux, darwin or posix, and not '$(PORT)')
endif
BUILD := build$(if $(filter-out $(NATIVE),$(PORT)),/$(PORT))
JOBS := $(shell nproc 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(JOBS)
endif
MAKEFLAGS += --no-print-directory

# ---- sources -------------------------------------------------------------

ROOMS := *
ALL_SRCS := $(sort $(wildcard $(ROOMS:%=src/%/*.c)))
LINUX_SRCS := $(filter %_linux.c,$(ALL_SRCS))
DARWIN_SRCS := $(filter %_darwin.c,$(ALL_SRCS))
POSIX_SRCS := $(filter %_posix.c,$(ALL_SRCS))
PORT_SRCS_linux := $(LINUX_SRCS)
PORT_SRCS_posix := $(POSIX_SRCS)
PORT_SRCS_darwin := $(DARWIN_SRCS) $(filter-out \
	$(DARWIN_SRCS:%_darwin.c=%_posix.c),$(POSIX_SRCS)) src/base/libc_posix.c
SRCS := $(sort $(filter-out $(LINUX_SRCS) $(DARWIN_SRCS) $(POSIX_SRCS),\
	$(ALL_SRCS)) $(PORT_SRCS_$(PORT)))
# version.c changes with every commit, and the tests need not be linked anew.
MAIN := src/cli/main.c src/cli/version.c
LIBHOST_SRCS := $(sort $(wildcard src/libhost/*.c))
LIB_SRCS := $(filter-out $(MAIN) src/git/unused%.c $(LIBHOST_SRCS),$(SRCS))
HEADERS := $(filter-out %_linux.h %_darwin.h,\
	$(sort $(wildcard include/hookrun/*/*.h)))
UNIT_SRCS := $(sort $(wildcard tests/unit/*.c))
ifneq ($(PORT),posix)
UNIT_SRCS := $(filter-out %_posix.c,$(UNIT_SRCS))
endif
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/*.c))
# Not the schema, which the program writes itself.
EMBEDDED := $(sort $(filter-out %.schema.json,$(wildcard hooks/*)))
# The long ones first: what starts last must not be waited for alone.
E2E := $(sort $(wildcard tests/e2e/*.t))
LONG := $(filter tests/e2e/dist% tests/e2e/guard% tests/e2e/npm% tests/e2e/rails%,$(E2E))
E2E := $(LONG) $(filter-out $(LONG),$(E2E))

# ---- libraries -----------------------------------------------------------
# libgit2 is linked statically and without its network code where its archive
# is to be had: Debian's shared one loads fifteen libraries and a CA bundle,
# which costs ten milliseconds at every start.  LIBGIT2=shared forces the other.

archive = $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a 2>/dev/null))
LIBGIT2 ?= $(if $(call archive,git2),static,shared)
ifeq ($(LIBGIT2),static)
GIT2_EXTRA := $(foreach l,http_parser z mbedtls mbedx509 mbedcrypto,\
	$(if $(call archive,$(l)),-l$(l)))
GIT2_LIBS := -Wl,-Bstatic -lgit2 $(GIT2_EXTRA) -Wl,-Bdynamic
GIT2_SRCS := src/git/unused.c src/git/unused_libc.c
else
GIT2_LIBS := $(shell pkg-config --libs libgit2 2>/dev/null || echo -lgit2) -lz
GIT2_SRCS :=
endif
comma := ,
YAML_LIBS := $(if $(call archive,yaml),-Wl$(comma)-Bstatic -lyaml -Wl$(comma)-Bdynamic,-lyaml)
LIBS := $(GIT2_LIBS) $(YAML_LIBS)

# The release binary itself is linked statically where all archives are there:
# the dynamic loader would add half a millisecond to every hook.  Libraries that
# only some steps need are loaded by a small program that is embedded in it
# (src/libhost).  STATIC= (empty) links dynamically.
STATIC ?= $(if $(filter static,$(LIBGIT2)),$(if $(call archive,yaml),$(if \
	$(call archive,c),yes)))

# ---- flags ---------------------------------------------------------------

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wnull-dereference \
	-Wimplicit-fallthrough -Wno-variadic-macros
WERROR := $(if $(CI),-Werror)
STD := -std=gnu17 -D_GNU_SOURCE -Iinclude -Isrc \
	$(patsubst include/%,-include %,\
	$(wildcard include/hookrun/base/libc_$(PORT).h)) \
	-include hookrun/base/banned.h

# Not position-independent: the loader would write to eight pages of tables at
# every start, and whoever can give hookrun bad input can run jobs anyway.
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fno-pie \
	-fstack-clash-protection -fcf-protection=none
HARDEN_LD := -no-pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed

CFLAGS_release := -O2 -g $(HARDEN) -ffunction-sections -fdata-sections
# Of the folder it is built in a binary knows nothing.
PLACE_release := '-ffile-prefix-map=$(CURDIR)=.'
LDFLAGS_release := $(HARDEN_LD) -Wl,--gc-sections
LINK_release := $(if $(STATIC),-static)
LIBS_release := $(if $(STATIC),$(filter-out -Wl$(comma)-B%,$(LIBS)),$(LIBS))
LIBHOST_release := -s
CFLAGS_debug := -O0 -g3
LDFLAGS_debug :=
LIBS_debug := $(LIBS)
CFLAGS_asan := -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_asan := -fsanitize=address,undefined
LIBS_asan := $(LIBS)

.DEFAULT_GOAL := all
.PHONY: all compare debug asan check check-all check-unit check-e2e check-asan \
	check-valgrind check-fuzz check-headers check-docs layers fuzz lint \
	format demo deps deps-build deps-demo deps-test bench install \
	uninstall npm gem clean help FORCE

all: $(BUILD)/release/hookrun ## build the release binary (default)
debug: $(BUILD)/debug/hookrun ## build without optimisation
asan: $(BUILD)/asan/hookrun ## build with the address and UB sanitizers

# ---- embedded files ------------------------------------------------------

$(BUILD)/gen/embed.inc: $(EMBEDDED) tests/helpers/embed.sh
	@mkdir -p $(@D)
	@sh tests/helpers/embed.sh $(EMBEDDED) > $@.new && mv $@.new $@

# ---- what `version --full` says ------------------------------------------

TARGET ?= $(shell $(CC) -dumpmachine 2>/dev/null)

$(BUILD)/gen/build_info.inc: FORCE
	@mkdir -p $(@D)
	@sh packaging/build_info.sh --define '$(TARGET)' \
		'$(or $(PORT),linux)' > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(BUILD)/gen/inner_versions.inc: $(BUILD)/release/flags \
		packaging/inner_versions.sh
	@CC='$(CC)' sh packaging/inner_versions.sh $(GIT2_EXTRA) > $@

# ---- rules of a variant --------------------------------------------------

define variant_rules
OBJS_$(1) := $$(LIB_SRCS:%.c=$$(BUILD)/$(1)/%.o)
MAIN_$(1) := $$(MAIN:%.c=$$(BUILD)/$(1)/%.o) \
	$$(GIT2_SRCS:%.c=$$(BUILD)/$(1)/%.o)
IMAGE_$(1) := $$(BUILD)/$(1)/libhost_image.o
HOST_$(1) := $$(LIBHOST_SRCS:%.c=$$(BUILD)/$(1)/%.o)
UNITS_$(1) := $$(UNIT_SRCS:tests/%.c=$$(BUILD)/$(1)/%.test)
FUZZ_$(1) := $$(FUZZ_SRCS:tests/%.c=$$(BUILD)/$(1)/%.replay)

$$(BUILD)/$(1)/flags: FORCE
	@mkdir -p $$(@D)
	@echo '$$(CC) $$(WARN) $$(WERROR) $$(STD) $$(CFLAGS_$(1)) $$(CFLAGS)' \
		'$$(LDFLAGS_$(1)) $$(LDFLAGS) $$(LINK_$(1)) $$(LIBS_$(1))' > $$@.new; \
	if cmp -s $$@.new $$@; then rm $$@.new; else mv $$@.new $$@; fi

$$(BUILD)/$(1)/%.o: %.c $$(BUILD)/$(1)/flags | $$(BUILD)/gen/embed.inc
	@mkdir -p $$(@D)
	@echo "  CC      $$<"
	@$$(CC) $$(WARN) $$(WERROR) $$(STD) -I$$(BUILD)/gen $$(CFLAGS_$(1)) \
		$$(PLACE_$(1)) $$(CFLAGS) -MMD -MP -c $$< -o $$@

$$(BUILD)/$(1)/src/base/embed.o: $$(BUILD)/gen/embed.inc
$$(BUILD)/$(1)/src/cli/version.o: $$(BUILD)/gen/build_info.inc \
	$$(BUILD)/gen/inner_versions.inc

# The compiler does not know that cmocka's assertions do not return.
$$(BUILD)/$(1)/tests/%.o: private WARN += -Wno-null-dereference
$$(BUILD)/$(1)/tests/%.o: private STD += -Itests/helpers -DTEST_PORT='"$$(PORT)"'

$$(BUILD)/$(1)/libhookrun.a: $$(OBJS_$(1))
	@rm -f $$@
	@$$(AR) rcs $$@ $$^

$$(BUILD)/$(1)/hookrun-libs: $$(HOST_$(1)) $$(BUILD)/$(1)/libhookrun.a
	@echo "  LD      $$@"
	@$$(CC) $$(CFLAGS_$(1)) $$(LDFLAGS_$(1)) $$(CFLAGS) $$(LDFLAGS) \
		$$(LIBHOST_$(1)) $$^ -ldl -o $$@

$$(BUILD)/$(1)/gen/libhost_image.c: \
		$$(or $$(LIBHOST_PROGRAM),$$(BUILD)/$(1)/hookrun-libs) \
		tests/helpers/embed.sh
	@mkdir -p $$(@D)
	@sh tests/helpers/embed.sh --image libhost_image $$< > $$@.new && \
		mv $$@.new $$@

$$(IMAGE_$(1)): $$(BUILD)/$(1)/gen/libhost_image.c
	@$$(CC) $$(STD) $$(CFLAGS_$(1)) $$(PLACE_$(1)) $$(CFLAGS) -c $$< -o $$@

$$(BUILD)/$(1)/hookrun: $$(MAIN_$(1)) $$(IMAGE_$(1)) \
		$$(BUILD)/$(1)/libhookrun.a
	@echo "  LD      $$@"
	@$$(CC) $$(CFLAGS_$(1)) $$(LDFLAGS_$(1)) $$(CFLAGS) $$(LDFLAGS) \
		$$(LINK_$(1)) $$^ $$(LIBS_$(1)) -o $$@
	@[ $$(LIBGIT2) = static ] || echo "  note: no libgit2.a here; the shared" \
		"library costs some 10 ms at every start that reads objects"

$$(BUILD)/$(1)/unit/%.test: $$(BUILD)/$(1)/tests/unit/%.o \
		$$(filter %unused.o,$$(MAIN_$(1))) $$(IMAGE_$(1)) \
		$$(BUILD)/$(1)/libhookrun.a
	@mkdir -p $$(@D)
	@echo "  LD      $$@"
	@$$(CC) $$(CFLAGS_$(1)) $$(LDFLAGS_$(1)) $$(CFLAGS) $$(LDFLAGS) $$^ \
		$$(LIBS) -ldl -lcmocka -o $$@

$$(BUILD)/$(1)/fuzz/%.replay: $$(BUILD)/$(1)/tests/fuzz/%.o \
		$$(BUILD)/$(1)/tests/helpers/fuzz_replay.o \
		$$(filter %unused.o,$$(MAIN_$(1))) $$(IMAGE_$(1)) \
		$$(BUILD)/$(1)/libhookrun.a
	@mkdir -p $$(@D)
	@$$(CC) $$(CFLAGS_$(1)) $$(LDFLAGS_$(1)) $$(CFLAGS) $$(LDFLAGS) $$^ \
		$$(LIBS) -ldl -o $$@

-include $$(patsubst %.o,%.d,$$(OBJS_$(1)) $$(MAIN_$(1)) $$(HOST_$(1)))
-include $$(UNIT_SRCS:%.c=$$(BUILD)/$(1)/%.d) $$(FUZZ_SRCS:%.c=$$(BUILD)/$(1)/%.d)
endef

$(foreach v,release debug asan,$(eval $(call variant_rules,$(v))))

# For the test that puts a library of its own in front of libc.
$(BUILD)/release/dynamic/hookrun: $(MAIN_release) $(IMAGE_release) \
		$(BUILD)/release/libhookrun.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(CFLAGS_release) $(LDFLAGS_release) $(CFLAGS) $(LDFLAGS) $^ \
		$(LIBS) -o $@

.PRECIOUS: $(BUILD)/%.o
.SECONDARY:
FORCE:

include packaging/package.mk

# ---- checks --------------------------------------------------------------
# Every test speaks TAP; prove runs them and prints the one summary line.

# Signals that were ignored at start (nohup) would stay so in every test.

PROVE := perl -e '$$SIG{$$_} = "DEFAULT" for qw(HUP INT QUIT PIPE TERM); \
	exec @ARGV or die "$$ARGV[0]: $$!\n"' prove --timer -j$(JOBS)
UNIT_ENV := CMOCKA_MESSAGE_OUTPUT=TAP

check: deps-test ## install what the tests need, build, run every test
	@$(MAKE) check-all

check-all: all $(BUILD)/release/dynamic/hookrun \
		$(BUILD)/release/LICENSE.linked layers check-headers check-docs \
		$(UNITS_release) $(FUZZ_release)
	@$(UNIT_ENV) HOOKRUN_TEST_BIN=$(CURDIR)/$(BUILD)/release/hookrun \
		$(PROVE) -e '' $(UNITS_release) tests/fuzz/corpus.t $(E2E)

check-unit: $(UNITS_release) ## unit tests only
	@$(UNIT_ENV) $(PROVE) -e '' $(UNITS_release)

check-e2e: all $(BUILD)/release/dynamic/hookrun $(BUILD)/release/LICENSE.linked ## end-to-end tests only; E2E="tests/e2e/x.t" picks some
	@HOOKRUN_TEST_BIN=$(CURDIR)/$(BUILD)/release/hookrun $(PROVE) -e '' $(E2E)

check-asan: asan $(UNITS_asan) $(FUZZ_asan) ## all tests under the sanitizers
	@$(UNIT_ENV) HOOKRUN_TEST_BIN=$(CURDIR)/$(BUILD)/asan/hookrun \
		HOOKRUN_TEST_VARIANT=asan $(PROVE) -e '' $(UNITS_asan) \
		tests/fuzz/corpus.t $(E2E)

check-valgrind: $(UNITS_debug) ## unit tests under valgrind
	@$(PROVE) -e 'sh tests/helpers/valgrind.sh' $(UNITS_debug)

check-fuzz: $(FUZZ_release) ## replay the fuzz corpus
	@HOOKRUN_TEST_BIN=$(CURDIR)/$(BUILD)/release/hookrun \
		$(PROVE) -e '' tests/fuzz/corpus.t

objects: $(OBJS_release) $(MAIN_release) $(HOST_release)

layers: all ## no file needs a room above its own, or another in a circle; no function is too long
	@sh tests/helpers/layers.sh
	@sh tests/helpers/lengths.sh
	@sh tests/helpers/circles.sh $(OBJS_release) $(MAIN_release) $(HOST_release)

check-headers: ## every public header compiles by itself
	@CC='$(CC)' FLAGS='$(WARN) $(STD)' sh tests/helpers/headers.sh $(HEADERS)

.PHONY: schema
schema: all ## write hooks/hookrun.schema.json anew, after the table of keys
	@$(BUILD)/release/hookrun schema > hooks/hookrun.schema.json

check-docs: all ## keys and options are in README, man pages, example, schema
	@sh tests/helpers/docs.sh $(BUILD)/release/hookrun
	@sh tests/helpers/lefthook_table.sh $(BUILD)/release/hookrun

# ---- fuzzing -------------------------------------------------------------

FUZZ_TIME ?= 30
FUZZED = $(filter-out src/cli/%,$(LIB_SRCS)) src/cli/steps.c \
	src/cli/recorded.c src/cli/timeline.c src/cli/trace.c \
	$(filter %unused.c,$(GIT2_SRCS)) \
	$(BUILD)/release/gen/libhost_image.c
fuzz: $(BUILD)/gen/embed.inc $(BUILD)/release/gen/libhost_image.c ## run each fuzz target for FUZZ_TIME seconds (clang); FUZZ_KEEP=1 grows the corpus
	@CC=clang STD='$(STD) -Itests/helpers' LIBS='$(LIBS)' TIME=$(FUZZ_TIME) \
		KEEP=$(FUZZ_KEEP) \
		SRCS='$(FUZZED)' sh tests/helpers/fuzz.sh $(FUZZ_SRCS)

# ---- other systems -------------------------------------------------------
# doc/building.md tells what these fetch and where it goes.

.PHONY: objects cross cross-look cross-check cross-test deps-cross
CROSS := $(MAKE) -f packaging/cross/Makefile

cross: deps-cross ## build for Linux (static) and macOS, x86_64 and aarch64; fetches a compiler
	+@$(CROSS)
cross-look: ## look at what make cross has built
	+@$(CROSS) look
cross-check: ## compile for all targets, where the compiler of make cross is there
	+@$(CROSS) check
cross-test: deps-cross deps-test ## run what make cross has built for Linux
	+@$(CROSS) test-x86_64
	+@$(CROSS) test-aarch64
deps-cross:
	@sh tests/helpers/deps.sh cross

# ---- style ---------------------------------------------------------------

C_FILES = $(ALL_SRCS) $(wildcard include/hookrun/*/*.h) $(wildcard src/*/*.h) $(UNIT_SRCS) $(FUZZ_SRCS) \
	$(wildcard tests/helpers/*.[ch]) $(wildcard tests/bench/*.c)
SH_FILES = $(wildcard tests/helpers/*.sh) $(E2E) $(wildcard hooks/*.sh) \
	tests/fuzz/corpus.t .ci/run $(wildcard packaging/*.sh packaging/*/*.sh \
	packaging/*/*.t)

lint: $(BUILD)/gen/embed.inc $(BUILD)/gen/build_info.inc $(BUILD)/gen/inner_versions.inc ## clang-format, cppcheck, shellcheck, mandoc
	@C_FILES='$(C_FILES)' SH_FILES='$(SH_FILES)' sh tests/helpers/lint.sh

format: ## reformat every C file
	@clang-format -i $(C_FILES)

# ---- the rest ------------------------------------------------------------

demo: deps-demo ## run the main job on a throwaway Rails repository
	@$(MAKE) all
	@sh tests/helpers/demo.sh $(CURDIR)/$(BUILD)/release/hookrun

deps: deps-build ## install what building needs (apt-get)
deps-build:
	@sh tests/helpers/deps.sh build
deps-demo:
	@sh tests/helpers/deps.sh build demo
deps-test:
	@sh tests/helpers/deps.sh build demo test

# With OUT=doc the page and its plot in doc/ are written anew.
compare: all ## run hookrun beside lefthook 2.2.2 from npm, over many configurations
	@perl tests/compare/compare.pl --bin $(BUILD)/release/hookrun \
		$(if $(LEFTHOOK),--lefthook $(LEFTHOOK)) $(if $(ONLY),--only '$(ONLY)')

bench: all $(BUILD)/bench/measure ## measure hookrun beside its peers
	@perl tests/bench/bench.pl --bin $(CURDIR)/$(BUILD)/release/hookrun \
		--measure $(CURDIR)/$(BUILD)/bench/measure \
		--out $(or $(OUT),$(BUILD)/bench) $(if $(ONLY),--only '$(ONLY)')

$(BUILD)/bench/measure: tests/bench/measure.c
	@mkdir -p $(@D)
	@$(CC) -O2 -std=gnu17 -D_GNU_SOURCE $(WARN) $(WERROR) $< -o $@

# Of all that `make cross` has built, else of this machine's.
CROSSED = $(foreach b,$(wildcard $(BUILD)/cross/*/hookrun),$(notdir \
	$(patsubst %/,%,$(dir $(b))))=$(b))
npm: all ## pack npm's tarballs into build/npm-packages, also of what make cross has built
	@sh packaging/npm/pack.sh --out $(BUILD)/npm-packages \
		--version "$$($(BUILD)/release/hookrun version)" \
		$(or $(CROSSED),$(TARGET)=$(BUILD)/release/hookrun)

gem: all ## build gems in build/gems, likewise
	@sh packaging/gem/pack.sh --out $(BUILD)/gems \
		--version "$$($(BUILD)/release/hookrun version)" \
		$(or $(CROSSED),$(TARGET)=$(BUILD)/release/hookrun)

clean: ## remove build/
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | \
		expand -t 18
