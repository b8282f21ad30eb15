# Shared set-up of scripts/demo, scripts/test and scripts/bench: finds Swift, installs system packages.
# Sourced, not run. Idempotent: on a machine that has everything it takes a fraction of a second.

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

stop() {
  printf 'stopped: %s\n' "$*" >&2
  exit 1
}

# What the build needs, by the names of Debian 12; `a|b` is content with b where that is installed.
kiln_packages=(
  libopenblas-dev liblapacke-dev libsuitesparse-dev libmumps-seq-dev libfftw3-dev zlib1g-dev
  libsqlite3-dev libyaml-dev libmicrohttpd-dev "libcurl4-gnutls-dev|libcurl4-openssl-dev" libssl-dev
  pkg-config
)

# find_swift: Swift 6.2 or newer on PATH, or a sentence that says what is missing.
find_swift() {
  command -v swift >/dev/null 2>&1 ||
    stop "there is no 'swift' on PATH; install the Swift toolchain (6.2 or newer) from swift.org and try again"
  local printed version
  printed=$(swift --version 2>&1) ||
    stop "'swift --version' fails: $printed; install the packages that swift.org lists for the toolchain on Debian 12"
  version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$printed" | head -n 1)
  [ -n "$version" ] || stop "'swift --version' prints no version; is the toolchain complete?"
  case "$version" in
    [0-5].* | 6.0 | 6.1) stop "Swift $version is too old; Kiln needs 6.2 or newer" ;;
  esac
}

# is_installed NAME|NAME…: true when one of the packages is installed.
is_installed() {
  local name
  for name in ${1//|/ }; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed && return 0
  done
  return 1
}

# install_packages NAME…: installs what is missing through apt, as root or through sudo.
install_packages() {
  command -v dpkg-query >/dev/null 2>&1 ||
    stop "this machine has no dpkg; Kiln's scripts know Debian only. Install by hand: $*"
  local missing=() name
  for name in "$@"; do
    is_installed "$name" || missing+=("${name%%|*}")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null 2>&1 || stop "apt-get is missing; install by hand: ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
      stop "installing needs root and there is no sudo; as root: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  say "Installing system packages: ${missing[*]}"
  "${root[@]}" apt-get update -qq >&2 ||
    stop "apt-get update failed; is there a network connection and a package source?"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >&2 || stop "apt-get could not install: ${missing[*]}"
}

# kiln_setup: everything that a build needs.
kiln_setup() {
  find_swift
  install_packages "${kiln_packages[@]}"
}

# build_release: builds the programs, optimised, and prints their folder.
build_release() {
  say "Building kiln, kiln-worker and kiln-sandbox (the first time takes minutes, later seconds)"
  local product
  for product in kiln kiln-worker kiln-sandbox; do
    swift build -c release --static-swift-stdlib --product "$product" >&2 || stop "the build failed"
  done
  swift build -c release --static-swift-stdlib --show-bin-path
}
