// How a broken invariant is reported before the run is aborted.
#include "sim/ensure.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace faultpath::sim {

EnsureContext& ensure_context() {
  static EnsureContext context;
  return context;
}

void ensure_failed(const char* condition, std::string_view why, const char* file, int line,
                   std::string_view component) {
  const EnsureContext& context = ensure_context();
  fmt::print(stderr, "faultpath: invariant broken: {} ({})\n  at {}:{}\n", why, condition, file,
             line);
  if (!component.empty()) fmt::print(stderr, "  component {}\n", component);
  if (context.now != nullptr) {
    fmt::print(stderr, "  simulated time {} ps, seed {}, replication {}\n",
               context.now->time_since_epoch().count(), context.seed, context.replication);
  }
  std::abort();
}

}  // namespace faultpath::sim
