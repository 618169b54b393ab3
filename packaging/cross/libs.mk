# The libraries of one target: libgit2, zlib, libyaml, http-parser (of which
# libgit2 takes apart URLs), and for the tests cmocka.  Called by the Makefile
# beside it with CC, AR, SOURCES and DEPS, once the sources are there.

.DELETE_ON_ERROR:
.SUFFIXES:

rel = $(patsubst $(SOURCES)/%,%,$(wildcard $(addprefix $(SOURCES)/,$(1))))

# No HTTP, no SSH: src/git/unused.c has what refers to them.
git2 := $(filter-out %/ssh.c %/smart_http.c,$(call rel,\
	$(addprefix libgit2/src/libgit2/,*.c streams/*.c xdiff/*.c \
		transports/[cgls]*.c) \
	$(addprefix libgit2/src/util/,*.c allocators/*.c unix/*.c hash/rfc6234/*.c \
		hash/sha1dc/*.c hash/builtin.c hash/collisiondetect.c)))
z := $(call rel,zlib/*.c)
yaml := $(call rel,libyaml/src/*.c)
http_parser := http-parser/http_parser.c
cmocka := cmocka/src/cmocka.c

FLAGS_libgit2 := -std=gnu90 -D_GNU_SOURCE -I$(DEPS)/include -D_FILE_OFFSET_BITS=64 \
	$(addprefix -I$(SOURCES)/,libgit2/src/libgit2 libgit2/src/util \
		libgit2/include zlib http-parser) \
	-DSHA1DC_NO_STANDARD_INCLUDES=1 \
	-DSHA1DC_CUSTOM_INCLUDE_SHA1_C='"git2_util.h"' \
	-DSHA1DC_CUSTOM_INCLUDE_UBC_CHECK_C='"git2_util.h"'
FLAGS_zlib := -DHAVE_UNISTD_H -DHAVE_STDARG_H
FLAGS_libyaml := -I$(SOURCES)/libyaml/include -DYAML_VERSION_MAJOR=0 \
	-DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 \
	-DYAML_VERSION_STRING='"0.2.5"'
FLAGS_cmocka := -std=gnu99 -D_GNU_SOURCE -D_UINTPTR_T -DHAVE_STDINT_H \
	-I$(SOURCES)/cmocka/include \
	-DHAVE_CLOCK_GETTIME -DHAVE_CLOCK_REALTIME -DHAVE_STRUCT_TIMESPEC \
	-DHAVE_GCC_THREAD_LOCAL_STORAGE -DHAVE_STRSIGNAL -DHAVE_SIGNAL_H \
	-DHAVE_UNISTD_H -DHAVE_INTTYPES_H -DHAVE_MALLOC -DHAVE_SNPRINTF \
	-DHAVE_VSNPRINTF -DHAVE_STRINGS_H -DHAVE_TIME_H

.PHONY: all
all: $(patsubst %,$(DEPS)/lib%.a,git2 z yaml http_parser \
	$(if $(findstring linux,$(DEPS)),cmocka))

$(DEPS)/include/git2/sys/features.h: packaging/cross/libgit2_features.h
	@mkdir -p $(@D)
	@cp $< $@

# They are not ours to be warned of.
$(DEPS)/%.o: $(SOURCES)/%.c $(DEPS)/include/git2/sys/features.h \
		packaging/cross/libs.mk
	@mkdir -p $(@D)
	@$(CC) -w -O2 -ffunction-sections -fdata-sections -fno-sanitize=undefined \
		$(FLAGS_$(firstword $(subst /, ,$*))) -c $< -o $@

define archive
$(DEPS)/lib$(1).a: $($(1):%.c=$(DEPS)/%.o)
	@echo "  AR      $$@"
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
endef
$(foreach l,git2 z yaml http_parser cmocka,$(eval $(call archive,$(l))))
