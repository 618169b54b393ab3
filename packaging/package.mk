# Installing and packaging.  Folders are called as in GNU's coding standards, and
# each may be written in capitals too: prefix=/usr, PREFIX=/usr.

# ---- folders -------------------------------------------------------------

FOLDERS := prefix:PREFIX exec_prefix:EXEC_PREFIX bindir:BINDIR \
	datarootdir:DATAROOTDIR datadir:DATADIR docdir:DOCDIR mandir:MANDIR \
	man1dir:MAN1DIR man5dir:MAN5DIR man7dir:MAN7DIR \
	bashcompdir:BASHCOMPDIR zshcompdir:ZSHCOMPDIR \
	fishcompdir:FISHCOMPDIR DESTDIR:destdir
# Packagers name these to everybody; nothing is installed there.
NOT_OURS := sbindir libexecdir sysconfdir sharedstatedir localstatedir \
	runstatedir includedir oldincludedir infodir libdir localedir lispdir \
	htmldir dvidir pdfdir psdir srcdir builddir

# $(1), or what $(2) says where only that is given.
define either
ifneq ($$(origin $(2)),undefined)
ifeq ($$(origin $(1)),undefined)
$(1) = $$($(2))
else ifneq ($$($(1)),$$($(2)))
$$(error $(1) is '$$($(1))' and $(2) is '$$($(2))': give one of them)
endif
endif
endef
$(foreach f,$(subst :,/,$(FOLDERS)),$(eval \
	$(call either,$(patsubst %/,%,$(dir $(f))),$(notdir $(f)))))

DESTDIR ?=
prefix ?= /usr/local
exec_prefix ?= $(prefix)
bindir ?= $(exec_prefix)/bin
datarootdir ?= $(prefix)/share
datadir ?= $(datarootdir)
docdir ?= $(datarootdir)/doc/hookrun
mandir ?= $(datarootdir)/man
man1dir ?= $(mandir)/man1
man5dir ?= $(mandir)/man5
man7dir ?= $(mandir)/man7
bashcompdir ?= $(datarootdir)/bash-completion/completions
zshcompdir ?= $(datarootdir)/zsh/site-functions
fishcompdir ?= $(datarootdir)/fish/vendor_completions.d

# A name that is nearly one of these would be passed over by make.
GIVEN := $(filter-out CC CI CFLAGS LDFLAGS BUILD PORT E2E VERSION,$(foreach \
	v,$(.VARIABLES),$(if $(filter command,$(origin $(v))),$(v))))
GIVEN := $(filter-out $(NOT_OURS) $(subst :, ,$(FOLDERS)),$(GIVEN))
ifneq ($(GIVEN),)
NEARLY := $(shell printf '%s\n' $(GIVEN) | \
	awk -v names='$(subst :, ,$(FOLDERS))' -f packaging/nearly.awk)
$(if $(NEARLY),$(error $(NEARLY)))
endif

# ---- make install --------------------------------------------------------

quoted = '$(subst ','\'',$(1))'
WHERE = BUILD=$(call quoted,$(BUILD)) $(foreach f,$(FOLDERS),$(foreach \
	v,$(firstword $(subst :, ,$(f))),$(v)=$(call quoted,$($(v)))))

.PHONY: install-strip

install: all $(BUILD)/release/LICENSE.linked ## install binary, man pages, completions, schema; prefix=, DESTDIR=, ...
	@$(WHERE) sh packaging/install.sh install

install-strip: all $(BUILD)/release/LICENSE.linked ## the same, the binary without its symbols
	@$(WHERE) STRIP='$(or $(STRIP),strip)' sh packaging/install.sh install

uninstall: ## remove what install installed
	@$(WHERE) sh packaging/install.sh uninstall

# What is linked in tells the linker: the binary is linked once more as it was.
$(BUILD)/release/LICENSE.linked: $(BUILD)/release/hookrun packaging/licenses.sh
	@$(CC) $(CFLAGS_release) $(LDFLAGS_release) $(CFLAGS) $(LDFLAGS) \
		$(LINK_release) $(MAIN_release) $(IMAGE_release) \
		$(BUILD)/release/libhookrun.a $(LIBS_release) \
		-Wl,-Map=$@.map -o $@.linked 2>/dev/null || rm -f $@.map
	@rm -f $@.linked
	@sh packaging/licenses.sh $@.map '$(LIBS_release)' > $@.new && \
		mv $@.new $@

# ---- make dist -----------------------------------------------------------
# What a user unpacks over a prefix: bin, share.

DIST := dist
SOURCE_VERSION = $(shell sed -n 's/.*HOOKRUN_VERSION "\(.*\)"/\1/p' \
	include/hookrun/base/version.h)

.PHONY: dist

dist: all $(BUILD)/release/LICENSE.linked ## source and binary as tarballs in dist/, the same wherever they are built
	@rm -rf $(BUILD)/stage
	@MADE=/dev/null $(MAKE) -s install-strip DESTDIR=$(BUILD)/stage/tar \
		prefix= docdir=/share/doc/hookrun > /dev/null
	@OUT=$(DIST) SCRATCH=$(BUILD)/stage/dist sh packaging/dist.sh \
		'$(SOURCE_VERSION)' '$(TARGET)' $(BUILD)/stage/tar
	@sh packaging/sums.sh $(DIST)

# ---- make deb ------------------------------------------------------------

MAINTAINER ?= hookrun maintainers <hookrun@example.org>

.PHONY: deb check-deb

deb: all $(BUILD)/release/LICENSE.linked ## a Debian package in dist/
	@rm -rf $(BUILD)/stage
	@MADE=/dev/null $(MAKE) -s install-strip DESTDIR=$(BUILD)/stage/deb \
		prefix=/usr zshcompdir=/usr/share/zsh/vendor-completions >/dev/null
	@OUT=$(DIST) BUILD=$(BUILD) MAINTAINER='$(MAINTAINER)' \
		sh packaging/deb.sh '$(SOURCE_VERSION)' $(BUILD)/stage/deb
	@rm -rf $(BUILD)/stage

# lintian, and where debootstrap can make one, a bare Debian to install into.
check-deb: ## lintian, and install, use and remove the package on a bare Debian 12 (root, debootstrap)
	@sh tests/helpers/deps.sh deb
	@$(MAKE) deb
	@bare=; if sh packaging/debian/bare.sh $(BUILD)/bare $(BUILD)/bare.tar; then \
		bare=$(CURDIR)/$(BUILD)/bare; fi; \
	HOOKRUN_TEST_BIN=$(CURDIR)/$(BUILD)/release/hookrun BARE="$$bare" \
		DEB=$(CURDIR)/$(DIST)/hookrun_$(SOURCE_VERSION)_$$(dpkg \
		--print-architecture).deb $(PROVE) -e '' packaging/debian/check.t; \
	status=$$?; rm -rf $(BUILD)/bare; exit $$status

# What others pack has the licenses in it too.
npm gem: $(BUILD)/release/LICENSE.linked

# ---- make release --------------------------------------------------------
# PARTS="dist deb" makes these only; what others make is gathered into dist/.

PARTS ?= dist deb $(foreach p,cross npm gem,$(if \
	$(wildcard packaging/$(p)/Makefile packaging/$(p)/pack.sh),$(p)))

.PHONY: release

release: ## VERSION=0.2.0: look whether this tree is that, and make all of it in dist/
	@sh packaging/release_check.sh '$(VERSION)' '$(SOURCE_VERSION)'
	@rm -rf $(DIST)
	+@for part in $(PARTS); do \
		$(MAKE) $$part || exit 1; \
		[ $$part != cross ] || BUILD=$(BUILD) \
			sh packaging/cross_licenses.sh || exit 1; \
	done
	@rm -rf $(BUILD)/stage
	@OUT=$(DIST) BUILD=$(BUILD) SCRATCH=$(BUILD)/stage \
		sh packaging/gather.sh '$(SOURCE_VERSION)'
	@sh packaging/sums.sh $(DIST)
	@rm -rf $(BUILD)/stage
