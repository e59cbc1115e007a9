# Shell functions that ./faultpath and ./check share: install packages, configure, build. Sourced, in the
# root of the checkout. Messages go to stderr; a failure of the setup itself exits with 125, as env,
# timeout and `git bisect run` understand it, because faultpath's own statuses have other meanings.

say() { echo "faultpath: $*" >&2; }
fail() { say "$*"; exit 125; }

# quietly LOG COMMAND...: runs the command with its output in LOG; shows the end of it only on failure.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; return 1; }
}

# One setup at a time; the others wait here and find the work done.
lock_build() {
    mkdir -p build
    exec 9>build/.lock
    flock -n 9 || { say "waiting for another build in this folder"; flock 9; }
}
unlock_build() { exec 9>&-; }

# packages_in FILE...: the package names that the files list.
packages_in() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@"; }

# missing_packages NAME...: those of the names that dpkg does not have installed.
missing_packages() {
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
        awk '$2 == "installed" { print $1 }' | sort -u | comm -13 - <(printf '%s\n' "$@" | sort -u)
}

# ensure_packages FILE...: installs what the lists name and the machine lacks.
ensure_packages() {
    command -v apt-get >/dev/null || { say "no apt-get here: the packages of $* are taken for granted"; return; }
    local missing as_root=()
    mapfile -t missing < <(missing_packages $(packages_in "$@"))
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "install these as root, then try again: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${#missing[@]} missing packages with apt-get: ${missing[*]}"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    quietly build/apt.log "${apt[@]}" update || say "apt-get update failed; trying with the lists at hand"
    quietly build/apt.log "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install the packages (build/apt.log)"
}

# ensure_report_libraries: fetches what the report page is drawn with, by its lock file, into build/report.
# The stamp lock.sha256 is written last.
ensure_report_libraries() {
    local source=analysis/report/libraries folder=build/report
    [[ -e $folder/lock.sha256 && -z $(find "$source" -type f -newer "$folder/lock.sha256" -print -quit) ]] && return
    command -v node >/dev/null && command -v npm >/dev/null || ensure_packages analysis/report/packages.txt
    say "fetching the chart libraries of the report page with npm"
    mkdir -p "$folder"
    rm -f "$folder/lock.sha256"
    cp "$source"/package.json "$source"/package-lock.json "$source"/.npmrc "$folder"
    (cd "$folder" && quietly npm.log npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier) ||
        fail "npm could not fetch them ($folder/npm.log)"
    quietly "$folder/bundle.log" node "$source/bundle.mjs" "$folder/node_modules" "$folder" ||
        fail "the chart libraries could not be put together ($folder/bundle.log)"
}

# compilers: how many to run at once: the cores, but each with a GiB of memory.
compilers() {
    local cores gigabytes
    cores=$(nproc)
    gigabytes=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
    ((gigabytes >= 1)) || gigabytes=1
    echo $((cores < gigabytes ? cores : gigabytes))
}

# configure PRESET: only when it never was, the presets changed, or the folder came from another place.
# What CMakeLists.txt asks for, the build notices by itself.
configure() {
    local folder=build/$1
    if [[ $folder/configured -nt CMakePresets.json && -e $folder/build.ninja ]] &&
        grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$folder/CMakeCache.txt"; then
        return
    fi
    quietly "$folder-configure.log" cmake --fresh --preset "$1" ||
        fail "cmake could not configure ($folder-configure.log)"
    touch "$folder/configured"
}

# show_progress PRESET: says that a build began once there is something to build; on a terminal, how far it is.
show_progress() {
    local line building=''
    while IFS= read -r line; do
        [[ $line =~ ^\[([1-9][0-9]*)/([0-9]+)\] && $line != *Re-running* ]] || continue
        [[ $building ]] || say "building preset $1 in ${BASH_REMATCH[2]} steps; the first time takes minutes"
        building=yes
        [[ ! -t 2 ]] || printf '\rfaultpath: %s of %s ' "${BASH_REMATCH[@]:1:2}" >&2
    done
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

# build PRESET [TARGET]: configures and builds, quiet unless it fails.
build() {
    local preset=$1 target=${2:-all} log=build/$1.log started=$SECONDS
    configure "$preset"
    if ! cmake --build "build/$preset" --target "$target" -j "$(compilers)" 2>&1 | tee "$log" |
        show_progress "$preset"; then
        sed -n '/^FAILED/,$p' "$log" | head -n 60 >&2
        fail "the build failed ($log)"
    fi
    ! grep -q '^\[[1-9]' "$log" || say "built in $((SECONDS - started)) s"
}
