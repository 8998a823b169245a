# SPDX-License-Identifier: BSD-2-Clause
# The front door over meson and ninja.  Each target first gets what it needs: as root it installs
# the missing Debian packages, otherwise it prints the one line to type (tools/dependencies).

PREFIX ?= /usr/local
SECONDS ?= 300

.PHONY: all demo check install uninstall bench fuzz format tidy clean

all: build/build.ninja
	@ninja -C build

build/build.ninja:
	@tools/dependencies build
	meson setup build --prefix=$(PREFIX)

demo: all
	@tools/dependencies build
	demo/demo.sh build

# Everything: gcc and clang with sanitizers, network namespaces, real peers, fuzzers; its last
# line is "N passed, N failed, N skipped".
check:
	@tools/dependencies build check
	@tools/check

install: all
	meson configure build -Dprefix=$(PREFIX)
	meson install -C build $(if $(DESTDIR),--destdir="$(DESTDIR)")

# What the last install put there, from where it put it.
uninstall:
	@test -e build/meson-logs/install-log.txt || { echo "nothing was installed from here" >&2; exit 1; }
	ninja -C build uninstall

bench: all
	@tools/dependencies build check
	meson test -C build --benchmark --verbose

# SECONDS for each target; the grown corpora stay in build-asan/corpus/.
fuzz:
	@tools/dependencies build check
	@tools/check --fuzz=$(SECONDS)

format:
	@tools/dependencies check
	@tools/check-format --fix

tidy: build/build.ninja
	@tools/dependencies build check tidy
	run-clang-tidy-14 -quiet -p build '^$(CURDIR)/src/'

clean:
	rm -rf build build-asan
