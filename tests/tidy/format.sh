#!/usr/bin/env bash
# Fails when a source under the given root is not as clang-format-19 leaves it; 77 (skipped) without it.
set -euo pipefail
command -v clang-format-19 >/dev/null || { echo "clang-format-19 is not installed"; exit 77; }
cd "$1"
find sim models scenarios analysis cli bench tests \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
    xargs -0 --no-run-if-empty clang-format-19 --dry-run --Werror 2>&1 |
    awk -F: '/: error:/ && !seen[$1]++ { print "clang-format-19 -i " $1 }'
