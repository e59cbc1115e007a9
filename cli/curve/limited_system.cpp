// Which case, which tables, which limits.
#include "cli/curve/limited_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "cli/usage_error.hpp"
#include "models/base/sizes.hpp"
#include "models/strategy/lru_locked.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::cli {
namespace {

using models::LruLockedSpec;

bool is_limited(const scenarios::Case& one) {
  return std::holds_alternative<LruLockedSpec>(one.spec.strategy.kind);
}

scenarios::Case chosen(const scenarios::Scenario& scenario, const CaseChoice& choice) {
  scenarios::Case one = choice.of(scenario, "curve");
  if (is_limited(one)) return one;
  if (choice.strategy) {
    throw UsageError(
        fmt::format("curve: strategy '{}' has no limit on locked memory; name one of "
                    "kind lru_locked, or none",
                    *choice.strategy));
  }
  const auto limited = std::ranges::find_if(scenario.cases, [&](const scenarios::Case& other) {
    return other.variant == one.variant && is_limited(other);
  });
  if (limited != scenario.cases.end()) return *limited;
  one.spec.strategy = {"lru_locked", LruLockedSpec{}};
  return one;
}

std::uint64_t least_of(const models::SystemSpec& spec, const models::Plan::Table& table) {
  std::uint64_t group = 1;
  for (const std::size_t device : table.devices) {
    group = std::max<std::uint64_t>(group, spec.devices[device].pri.group);
  }
  return table.nonfaultable.count() + group + std::get<LruLockedSpec>(spec.strategy.kind).premap;
}

std::optional<double> in_flight_on(const models::SystemSpec& spec, const models::Plan& plan,
                                   std::size_t planned) {
  double operations = 0.0;
  for (const std::size_t index : plan.tables[planned].devices) {
    const auto& device = spec.devices[index];
    if (!device.workload.queue_depth) return std::nullopt;
    for (std::uint32_t context = 0; context < device.contexts; ++context) {
      if (plan.devices[index].table_of(context) != planned) continue;
      operations += static_cast<double>(*device.workload.queue_depth) * device.count;
    }
  }
  return operations / static_cast<double>(plan.tables[planned].count);
}

}  // namespace

LimitedSystem::LimitedSystem(const scenarios::Scenario& scenario, const CaseChoice& choice) {
  auto one = chosen(scenario, choice);
  spec_ = std::move(one.spec);
  variant_ = one.variant;
  auto_warmup_ = one.auto_warmup;
  plan_ = models::plan_of(spec_);
  for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
    const auto& table = plan_.tables[i];
    if (table.strategy != &spec_.strategy) continue;
    tables_.push_back({table.name_of(0), i, table.count,
                       plan_.processes[table.process].pages.count(), table.nonfaultable.count(),
                       in_flight_on(spec_, plan_, i)});
  }
  if (tables_.empty()) {
    throw UsageError(
        "curve: every device has a strategy of its own, so that no limit of the "
        "scenario's strategies matters");
  }
  for (const Table& table : tables_) whole_ = std::max(whole_, table.pages);
  alike_ = std::ranges::all_of(tables_, [&](const Table& t) { return t.pages == whole_; });
  for (const Table& table : tables_) {
    const std::uint64_t least = least_of(spec_, plan_.tables[table.planned]);
    if (least >= table.pages) continue;  // fits whole or not at all
    least_ = std::max(least_, (least * whole_ + table.pages - 1) / table.pages);
  }
  least_ = std::min(least_, whole_);
}

const LruLockedSpec& LimitedSystem::strategy() const {
  return std::get<LruLockedSpec>(spec_.strategy.kind);
}

double LimitedSystem::share_of(std::uint64_t limit) const {
  return static_cast<double>(limit) / static_cast<double>(whole_);
}

// A share is such that the largest table gets `limit` pages after rounding down.
models::LockedLimit LimitedSystem::locked_limit(std::uint64_t limit) const {
  if (alike_) return {spec_.host.page_size.bytes_of(limit)};
  double share = share_of(limit);
  while (models::LruLocked::limit_pages({share}, whole_, spec_.host.page_size) < limit)
    share = std::nextafter(share, 2.0);
  return {std::min(share, 1.0)};
}

std::uint64_t LimitedSystem::limit_of(const Table& table, std::uint64_t limit) const {
  return models::LruLocked::limit_pages(locked_limit(limit), table.pages, spec_.host.page_size);
}

std::uint64_t LimitedSystem::limit_of(const std::string& text) const {
  const bool is_share = text.ends_with('%');
  const models::LockedLimit limit = is_share ? models::LockedLimit{scenarios::parse_share(text)}
                                             : models::LockedLimit{scenarios::parse_bytes(text)};
  return std::min(models::LruLocked::limit_pages(limit, whole_, spec_.host.page_size), whole_);
}

std::string LimitedSystem::name_of(std::uint64_t limit) const {
  return fmt::format("{}-{}KiB", spec_.strategy.name,
                     spec_.host.page_size.bytes_of(limit) / models::kKiB);
}

scenarios::Case LimitedSystem::with_limit(std::uint64_t limit) const {
  scenarios::Case one{variant_, name_of(limit), auto_warmup_, spec_};
  auto strategy = this->strategy();
  strategy.limit = locked_limit(limit);
  one.spec.strategy = {one.strategy, strategy};
  return one;
}

nlohmann::ordered_json LimitedSystem::resolved(const nlohmann::ordered_json& original,
                                               const std::vector<std::uint64_t>& limits) const {
  auto document = original;
  nlohmann::ordered_json base{{"kind", "lru_locked"}};
  const auto take_from = [&](const nlohmann::ordered_json& holder) {
    for (const auto& one : holder.value("strategies", nlohmann::ordered_json::array()))
      if (one.is_object() && one.value("name", "") == spec_.strategy.name) base = one;
  };
  take_from(original);
  if (original.contains("variants")) {
    auto variant = original["variants"].value(variant_, nlohmann::ordered_json::object());
    take_from(variant);
    variant.erase("strategies");
    document["variants"] = {{variant_, std::move(variant)}};
  }
  auto strategies = nlohmann::ordered_json::array();
  for (const std::uint64_t limit : limits) {
    base["name"] = name_of(limit);
    const auto locked = locked_limit(limit);
    const auto* const bytes = std::get_if<std::uint64_t>(&locked.value);
    base["limit"] = bytes != nullptr ? scenarios::bytes_text(*bytes)
                                     : scenarios::share_text(std::get<double>(locked.value));
    strategies.push_back(base);
  }
  document["strategies"] = std::move(strategies);
  return document;
}

}  // namespace faultpath::cli
