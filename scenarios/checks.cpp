// Checks across the keys of a scenario.
#include "scenarios/checks.hpp"

#include <fmt/format.h>

#include <set>

#include "models/assembly/run.hpp"
#include "scenarios/override.hpp"

namespace faultpath::scenarios {
namespace {

[[noreturn]] void fail_at(const Resolved& resolved, const std::string& path,
                          const std::string& message) {
  throw ConfigError(place_of(resolved.tree, path), path, message);
}

// `list` is the key of the elements.
template <class Elements>
void check_unique(const Resolved& resolved, const char* list, const Elements& elements,
                  const char* advice) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (names.insert(elements[i].name).second) continue;
    fail_at(resolved, fmt::format("{}[{}]", list, i),
            fmt::format("another one is called '{}'; {}", elements[i].name, advice));
  }
}

void check_warmup(const Resolved& resolved) {
  const Document& document = resolved.document;
  if (document.duration && document.warmup.length >= *document.duration) {
    fail_at(resolved, "warmup", "leaves nothing of the duration");
  }
}

void check_models(const Resolved& resolved) {
  for (std::size_t i = 0; i < resolved.document.strategies.size(); ++i) {
    const auto problems = models::problems_of(system_of(resolved, i));
    if (problems.empty()) continue;
    fail_at(resolved, problems.front().path, problems.front().message);
  }
}

}  // namespace

void check_document(const Resolved& resolved) {
  check_unique(resolved, "devices", resolved.document.devices, "give each a name of its own");
  check_unique(resolved, "strategies", resolved.document.strategies,
               "give one a name, as {kind: iopf, name: iopf_512, premap: 512}");
  check_warmup(resolved);
  check_models(resolved);
}

}  // namespace faultpath::scenarios
