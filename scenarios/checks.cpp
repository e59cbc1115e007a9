// Checks across the keys of a scenario.
#include "scenarios/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "models/assembly/run.hpp"
#include "models/strategy/strategy_traits.hpp"
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

void check_models(Resolved& resolved) {
  for (std::size_t i = 0; i < resolved.document.strategies.size(); ++i) {
    auto& unused = resolved.unused.emplace_back();
    for (const auto& problem : models::problems_of(system_of(resolved, i))) {
      if (!problem.unused) fail_at(resolved, problem.path, problem.message);
      unused.push_back(problem);
    }
  }
}

// The same key of the same text is there, and some run reads it.
bool reads(const Resolved& one, const std::string& path, const Place& key) {
  const Place place = place_of(one.tree, path);
  if (place.source != key.source || place.line != key.line || place.column != key.column) {
    return false;
  }
  return std::ranges::any_of(one.unused, [&](const auto& unused) {
    return std::ranges::find(unused, path, &models::SpecProblem::path) == unused.end();
  });
}

int layer_of(const Resolved& resolved, const char* key) {
  const Entry* entry = resolved.tree.find(key);
  return entry == nullptr ? 0 : newest_layer(entry->value);
}

void check_unused(const Resolved& resolved, const std::vector<const Resolved*>& all) {
  const int why = std::max(layer_of(resolved, "guests"), layer_of(resolved, "strategies"));
  for (const auto& unused : resolved.unused) {
    for (const models::SpecProblem& problem : unused) {
      const Node& key = nearest_node(resolved.tree, problem.path);
      const auto is_read = [&](const Resolved* one) {
        return reads(*one, problem.path, key.place);
      };
      if (newest_layer(key) < why || std::ranges::any_of(all, is_read)) continue;
      fail_at(resolved, problem.path, problem.message);
    }
  }
}

bool takes_a_strategy(const models::AttachedDeviceSpec& device) {
  if (device.strategy) return false;
  return device.own_contexts.empty() ||
         std::ranges::any_of(device.own_contexts,
                             [](const models::ContextSpec& context) { return !context.strategy; });
}

// One labels the runs; several would make runs that are the same.
void check_strategies(const Resolved& resolved) {
  const Document& document = resolved.document;
  if (document.strategies.size() == 1) return;
  if (std::ranges::any_of(document.devices, takes_a_strategy)) return;
  fail_at(resolved, "strategies[1]",
          "has no effect: every device has a strategy of its own; list one, which names the runs");
}

// Handlers of all others take the lock to make pages resident.
bool handler_locks(const models::StrategySpec& strategy) {
  return !models::traits_of(strategy).pins_all;
}

bool handlers_lock(const Document& document) {
  const auto own_locks = [](const models::AttachedDeviceSpec& device) {
    return (device.strategy && handler_locks(*device.strategy)) ||
           std::ranges::any_of(device.own_contexts, [](const models::ContextSpec& context) {
             return context.strategy && handler_locks(*context.strategy);
           });
  };
  return std::ranges::any_of(document.strategies, handler_locks) ||
         std::ranges::any_of(document.devices, own_locks);
}

void check_writers(const Resolved& resolved) {
  const Entry* host = resolved.tree.find("host");
  const Entry* lock = host == nullptr ? nullptr : host->value.find("mmap_lock");
  const Entry* writers = lock == nullptr ? nullptr : lock->value.find("writers");
  if (writers == nullptr) return;
  const auto& strategies = resolved.tree.find("strategies")->value;
  if (newest_layer(writers->value) < newest_layer(strategies)) return;
  throw ConfigError(writers->place, "host.mmap_lock.writers",
                    "has no effect unless a strategy handles faults: pin takes the lock before the "
                    "devices start, and then no more");
}

}  // namespace

void check_effects(const ResolvedScenario& scenario) {
  std::vector<const Resolved*> run;
  if (scenario.variants.empty()) run.push_back(&scenario.base);
  for (const auto& variant : scenario.variants) run.push_back(&variant);
  for (const auto* one : run) check_unused(*one, run);
  std::vector<const Resolved*> with_writers;
  std::ranges::copy_if(run, std::back_inserter(with_writers), [](const Resolved* one) {
    return one->document.host.mmap_lock.writers > 0.0;
  });
  const auto locks = [](const Resolved* one) { return handlers_lock(one->document); };
  if (std::ranges::any_of(with_writers, locks)) return;
  for (const auto* one : with_writers) check_writers(*one);
}

void check_document(Resolved& resolved) {
  check_unique(resolved, "devices", resolved.document.devices, "give each a name of its own");
  check_unique(resolved, "strategies", resolved.document.strategies,
               "give one a name, as {kind: iopf, name: iopf_512, premap: 512}");
  check_warmup(resolved);
  check_models(resolved);
  check_strategies(resolved);
}

}  // namespace faultpath::scenarios
