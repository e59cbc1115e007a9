// A system whose locked memory is limited, and what a limit means for each of its tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/case_choice.hpp"
#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {

/// A limit is told in pages of the largest table that is limited. Tables have a limit each: where
/// all are as large it is that many bytes, else the same share of each.
class LimitedSystem {
 public:
  /// Tables of the plan that are alike.
  struct Table {
    std::string name;
    std::size_t planned;  ///< its place in the plan
    std::uint64_t count = 1;
    std::uint64_t pages = 0;   ///< of each
    std::uint64_t pinned = 0;  ///< of these: what devices cannot fault on, which counts first
    /// Operations that closed loops keep in flight on each; absent when there is an open loop.
    std::optional<double> in_flight = std::nullopt;
  };

  /// The case that `choice` names, else the first under lru_locked, else the first with lru_locked
  /// as its strategy. Throws UsageError when there is none, another strategy is named, or no device
  /// takes the scenario's strategy.
  LimitedSystem(const scenarios::Scenario& scenario, const CaseChoice& choice);
  LimitedSystem(const LimitedSystem&) = delete;  // the plan points into the spec
  LimitedSystem& operator=(const LimitedSystem&) = delete;

  const models::SystemSpec& spec() const { return spec_; }
  const models::Plan& plan() const { return plan_; }
  const models::LruLockedSpec& strategy() const;
  const std::string& strategy_name() const { return spec_.strategy.name; }
  const std::string& variant() const { return variant_; }
  bool auto_warmup() const { return auto_warmup_; }
  const std::vector<Table>& tables() const { return tables_; }

  std::uint64_t whole() const { return whole_; }  ///< pages of the largest table
  std::uint64_t least() const { return least_; }  ///< the least limit that can be simulated
  double share_of(std::uint64_t limit) const;
  /// Pages of a table of `pages` pages.
  std::uint64_t limit_of(const Table& table, std::uint64_t limit) const;
  /// `5%` or `64MiB`, at most the whole. Throws BadValue.
  std::uint64_t limit_of(const std::string& text) const;

  /// The case of a scenario with this limit; its strategy is called after it.
  scenarios::Case with_limit(std::uint64_t limit) const;
  /// The resolved scenario, with one strategy for each limit.
  nlohmann::ordered_json resolved(const nlohmann::ordered_json& original,
                                  const std::vector<std::uint64_t>& limits) const;

 private:
  models::LockedLimit locked_limit(std::uint64_t limit) const;
  std::string name_of(std::uint64_t limit) const;

  models::SystemSpec spec_;
  std::string variant_;
  bool auto_warmup_ = false;
  models::Plan plan_;
  std::vector<Table> tables_;
  bool alike_ = true;  // all tables are as large
  std::uint64_t whole_ = 0, least_ = 1;
};

}  // namespace faultpath::cli
