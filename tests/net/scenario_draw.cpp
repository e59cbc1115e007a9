// Drawing, asking the loader, mending.
#include "tests/net/scenario_draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "models/assembly/plan.hpp"
#include "scenarios/scenario.hpp"
#include "tests/net/guest_draw.hpp"
#include "tests/net/timing.hpp"
#include "tests/net/tree.hpp"

namespace faultpath::net {
namespace {

using scenarios::ConfigError;

constexpr unsigned kMostMends = 300;
// What a run of some milliseconds holds.
constexpr double kMostPeriods = 1e6;
constexpr std::uint64_t kMostMoved = 2'000'000;  // pages of guests that migrate
constexpr std::uint64_t kMostPages = 200'000, kMostDevices = 40, kMostCases = 4;
constexpr std::int64_t kMostResets = 100'000;
constexpr std::uint64_t kMostContexts = 1 << 14, kMostInFlight = 1 << 18;

struct Complaint {
  std::string path, message;
  bool is_of_loader = false;  // else it would run too long for a test
};

class Draft {
 public:
  Draft(std::uint64_t seed, const Files& files, std::string path)
      : draw_(seed, files), path_(std::move(path)) {}

  std::optional<Drawn> draw(Scope scope) {
    scenario_ = scope == Scope::guests ? drawn_guests(draw_) : draw_.value(document_schema(), "");
    plant_tree();
    plant_guests(scenario_, draw_);
    set_end();
    Drawn drawn;
    for (unsigned mends = 0; mends < kMostMends; ++mends) {
      const auto complaint = complain();
      if (!complaint) {
        drawn.scenario = scenario_;
        return drawn;
      }
      if (mends == 0 && complaint->is_of_loader) drawn.refused = scenario_;
      mend(*complaint);
    }
    return std::nullopt;
  }

 private:
  // Every run ends soon, by operations at the latest.
  void set_end() {
    for (const Pointer& at : values_below(scenario_)) {
      const bool ends = at.back() == "stop_after" || at.back() == "duration" || at.back() == "seed";
      const bool is_of_run = at.parent_pointer().empty() ||
                             at.parent_pointer().parent_pointer() == Pointer("/variants");
      if (ends && is_of_run) cut(scenario_, at);
    }
    scenario_["seed"] = draw_.between(1, 1000);
    scenario_["stop_after"]["operations"] = static_cast<int>(draw_.log_between(3, 1000));
    if (draw_.chance(0.2)) scenario_["stop_after"]["faults"] = draw_.between(1, 100);
    if (draw_.chance(0.5)) {
      scenario_["duration"] = std::to_string(static_cast<int>(draw_.log_between(2, 2000))) + "us";
    }
  }

  // A root complex, a port below it, and switches: random kinds and ends would hardly ever fit.
  void plant_tree() {
    if (!scenario_.contains("topology")) return;
    Json& topology = scenario_["topology"];
    Json& nodes = topology["nodes"];
    while (nodes.size() < 3) nodes.push_back(nodes[0]);
    Json links = Json::array();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i]["name"] = std::string(1, static_cast<char>('a' + i));
      nodes[i]["kind"] = i == 0 ? "root_complex" : i == 1 ? "root_port" : "switch";
      if (i == 0) continue;
      Json link = topology.contains("links") ? topology["links"][(i - 1) % topology["links"].size()]
                                             : Json::object();
      link["from"] = nodes[i]["name"];
      link["to"] = nodes[i < 3 ? i - 1 : draw_.between(2, i - 1)]["name"];
      links.push_back(std::move(link));
    }
    topology["links"] = std::move(links);
  }

  std::optional<Complaint> complain() {
    std::ofstream(path_) << yaml_of(scenario_);
    try {
      const auto loaded = scenarios::load_scenario(path_);
      const auto complaint = too_large(loaded);
      return complaint ? complaint : too_long(loaded);
    } catch (const ConfigError& error) {
      return Complaint{error.path(), error.message(), true};
    }
  }

  static std::optional<Complaint> too_large(const scenarios::Scenario& loaded) {
    if (loaded.cases.size() * loaded.replications > kMostCases) {
      const bool repeats = loaded.replications > 2;
      return Complaint{repeats                   ? "replications"
                       : loaded.cases.size() > 3 ? "strategies"
                                                 : "variants",
                       "many runs"};
    }
    for (const auto& one : loaded.cases) {
      const auto complaint = too_large(one.spec);
      if (complaint) return complaint;
    }
    return std::nullopt;
  }
  static std::optional<Complaint> too_large(const models::SystemSpec& spec) {
    std::uint64_t pages = 0, devices = 0, contexts = 0, moved = 0;
    for (std::size_t i = 0; i < spec.guests.size(); ++i) {
      const models::GuestMachineSpec& guest = spec.guests[i];
      if (guest.migration) moved += guest.count * (guest.memory / models::kPageBytes);
      if (moved > kMostMoved)
        return Complaint{fmt::format("guests[{}].migration", i), "many pages"};
    }
    const models::Plan plan = models::plan_of(spec);
    for (const models::Plan::Table& table : plan.tables) {
      pages += table.count * plan.processes[table.process].pages.count();
      const std::string path = fmt::format("devices[{}]", table.devices[0]);
      if (pages > kMostPages) return Complaint{path + ".workload.footprint", "much memory"};
    }
    for (std::size_t i = 0; i < spec.devices.size(); ++i) {
      devices += spec.devices[i].count;
      const std::string path = fmt::format("devices[{}]", i);
      if (devices > kMostDevices) return Complaint{path + ".count", "many devices"};
      contexts += std::uint64_t{spec.devices[i].contexts} * spec.devices[i].count;
      if (contexts > kMostContexts) return Complaint{path + ".contexts", "many contexts"};
      const auto& every = spec.devices[i].reset.every;
      if (every && *every < spec.run.stop.duration.value_or(sim::Duration{}) / kMostResets) {
        return Complaint{path + ".reset.every", "many resets"};
      }
      const auto& workload = spec.devices[i].workload;
      if (std::uint64_t{workload.queue_depth.value_or(0)} * spec.devices[i].count > kMostInFlight) {
        return Complaint{path + ".workload.queue_depth", "many operations in flight"};
      }
      if (workload.operation > 1 << 20) {
        return Complaint{path + ".workload.operation", "large operations"};
      }
    }
    return std::nullopt;
  }

  // What repeats, or arrives, does so at most so many times while operations wait as long as the
  // scenario makes them.
  std::optional<Complaint> too_long(const scenarios::Scenario& loaded) const {
    Complaint longest{{}, "long pauses, short periods"};
    double pause = 0.0, period = 1e15;
    for (const Timing& one : timings_of(loaded.resolved)) {
      // What cannot be zero is waited for all the same: arrivals, and that time runs out.
      const bool is_awaited =
          !one.is_period || one.path.ends_with(".workload.rate") || one.path.ends_with(".timeout");
      if (!is_awaited || one.path == "iommu.invalidation.timeout" || one.ps <= pause) continue;
      pause = one.ps;
      longest.path = one.path;
    }
    for (const auto& one : loaded.cases) wait_for_invalidations(one.spec, pause, longest);
    for (const Timing& one : timings_of(loaded.resolved)) {
      if (one.is_period) period = std::min(period, one.ps);
    }
    if (pause * 100 <= kMostPeriods * period) return std::nullopt;
    return longest;
  }

  // Software waits for a device that does not answer, as long as by default unless it is given.
  static void wait_for_invalidations(const models::SystemSpec& spec, double& pause,
                                     Complaint& longest) {
    const auto timeout = static_cast<double>(spec.iommu.invalidation.timeout.count());
    for (std::size_t i = 0; i < spec.devices.size(); ++i) {
      if (!spec.devices[i].ats.ignores_invalidations || timeout <= pause) continue;
      pause = timeout;
      longest.path = fmt::format("devices[{}].ats.ignores_invalidations", i);
    }
  }

  void mend(const Complaint& complaint) {
    // The cause may be elsewhere.
    if (draw_.chance(0.1)) return cut_somewhere(Pointer());
    const Found found = find(scenario_, complaint.path);
    const std::string needed = needed_key(complaint.message);
    const std::string& absent = needed.empty() ? found.missing : needed;
    if (found.at.empty() && absent.empty()) return cut_somewhere(found.at);
    Json& value = scenario_.at(found.at);
    if (!absent.empty()) return add(value, found, absent, !needed.empty());
    const bool is_scalar = !value.is_structured();
    if (is_scalar && found.schema != nullptr && draw_.chance(0.4)) {
      value = draw_.value(*found.schema, found.at.back());
    } else if (!is_scalar && !value.empty() && draw_.chance(0.7)) {
      cut_somewhere(found.at);
    } else if (!cut(scenario_, found.at) && !cut(scenario_, found.at.parent_pointer())) {
      cut_somewhere(Pointer());
    }
  }

  // A key that is needed, or that might help. One that its map does not know is that of a choice.
  void add(Json& map, const Found& found, const std::string& key, bool is_needed) {
    const bool is_known = found.schema != nullptr && found.schema->contains("properties") &&
                          (*found.schema)["properties"].contains(key);
    if (is_known && (is_needed || draw_.chance(0.5))) {
      map[key] = draw_.value((*found.schema)["properties"][key], key);
    } else if (is_needed && found.schema != nullptr && !found.at.empty()) {
      map = draw_.value(*found.schema, found.at.back());
    } else {
      cut_somewhere(found.at);
    }
  }

  void cut_somewhere(const Pointer& top) {
    auto all = values_below(scenario_, top);
    if (all.empty()) all = values_below(scenario_);
    const Pointer& at = draw_.one_of(all);
    if (!at.to_string().starts_with("/stop_after")) cut(scenario_, at);
  }

  // Of "needs the key 'at'".
  static std::string needed_key(const std::string& message) {
    const std::string words = "needs the key '";
    if (!message.starts_with(words)) return {};
    return message.substr(words.size(), message.find('\'', words.size()) - words.size());
  }

  ValueDraw draw_;
  std::string path_;
  Json scenario_;
};

// Known limits, which would hide what is not known. Groups that are never answered leave services
// at work, so that only the count of events ends the run, far beyond the time of this net. A page
// event of on-demand paging that finds no memory tries again for a second of simulated time, as
// Linux does (HMM_RANGE_DEFAULT_TIMEOUT): millions of times for each operation.
bool has_a_known_limit(const Json& scenario) {
  const bool is_short_of_memory = scenario.value("host", Json::object()).contains("memory");
  for (const Pointer& at : values_below(scenario)) {
    const Json& value = scenario.at(at);
    if (!value.is_string()) continue;
    const std::string key = at.back();
    if (key == "answers" && value == "never") return true;
    if (value == "odp" && is_short_of_memory) return true;
  }
  return false;
}

}  // namespace

std::optional<Drawn> draw_scenario(std::uint64_t seed, const Files& files, const std::string& draft,
                                   Scope scope) {
  auto drawn = Draft(seed, files, draft).draw(scope);
  if (drawn && has_a_known_limit(drawn->scenario)) return std::nullopt;
  return drawn;
}

}  // namespace faultpath::net
