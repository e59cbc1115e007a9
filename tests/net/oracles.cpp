// The oracles, one function each.
#include "tests/net/oracles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>

#include "models/assembly/dimension.hpp"
#include "scenarios/scenario.hpp"
#include "tests/net/invocation.hpp"
#include "tests/net/record_laws.hpp"
#include "tests/net/standstill.hpp"
#include "tests/net/value_draw.hpp"

namespace faultpath::net {
namespace {

#ifdef FAULTPATH_SANITIZE
constexpr double kSlowdown = 20.0;
#else
constexpr double kSlowdown = 1.0;
#endif
// Of a processor, for a whole invocation; a few hundred times what the slowest good run takes.
constexpr unsigned kMostSeconds = static_cast<unsigned>(5 * kSlowdown);
// Ten times what most runs take.
constexpr double kSecondsAtOnce = 0.5 * kSlowdown, kSecondsPerStep = 20e-6 * kSlowdown;

struct Failure {
  std::string oracle, detail;
};

class Judge {
 public:
  explicit Judge(std::string path) : path_(std::move(path)) {}

  Verdict verdict() {
    try {
      if (!is_accepted()) return {Verdict::Kind::refused, {}, {}};
      check_run();
      check_show();
      return {is_stuck_ ? Verdict::Kind::stuck : Verdict::Kind::ran, {}, {}};
    } catch (const Failure& failure) {
      return {Verdict::Kind::failed, failure.oracle, failure.detail};
    }
  }

 private:
  Said run(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"run", path_, "--json", "--no-progress"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return invoke(arguments, kMostSeconds);
  }

  bool is_accepted() {
    try {
      loaded_ = scenarios::load_scenario(path_);
      return true;
    } catch (const scenarios::ConfigError& error) {
      const Said said = run({});
      if (said.status != 2 || said.err != std::string(error.what()) + "\n") {
        throw Failure{"lint and run", fmt::format("lint: {}\nrun: status {}, {}", error.what(),
                                                  said.status, said.err)};
      }
      return false;
    }
  }

  void check_show() const {
    const std::string shown = path_ + ".shown.yaml";
    std::ofstream(shown) << scenarios::show_scenario(path_);
    try {
      const auto again = scenarios::load_scenario(shown);
      if (again.resolved == loaded_->resolved) return;
      throw Failure{"show", Json::diff(loaded_->resolved, again.resolved).dump()};
    } catch (const scenarios::ConfigError& error) {
      throw Failure{"show", error.what()};
    }
  }

  void check_run() {
    const Said first = run({"--jobs", "1"});
    check_status(first);
    check_stuck(first);
    const Json result = first.out.empty() ? Json::object() : Json::parse(first.out);
    check_time(first, result);
    check_laws(result);
    for (const std::string_view dimension : models::kDimensions) {
      const Said parts = run({"--jobs", "3", "--by", std::string(dimension)});
      check_same("workers", first, parts, {"by"});
      if (!parts.out.empty()) check_laws(Json::parse(parts.out));
      if (loaded_->cases.front().spec.guests.empty()) break;
    }
    const bool decoupled = loaded_->resolved.at("temporal_decoupling");
    check_same("decoupling", first,
               run({"--jobs", "2", "--set",
                    std::string("temporal_decoupling=") + (decoupled ? "false" : "true")}),
               {"events"});
  }

  void check_status(const Said& said) {
    is_stuck_ = said.status == 3 && says_who_waits(said.err);
    if (said.status == 0 || is_stuck_ || never_settles(said) || reaches_end_of_time(said)) return;
    const bool is_late = said.processor_s >= 0.9 * kMostSeconds;  // a worker, or several
    throw Failure{is_late ? "time" : "status",
                  fmt::format("{} after {:.2f} s of a processor; {}", said.status, said.processor_s,
                              said.err)};
  }
  // Drawn so slow that it comes to the last picosecond that 64 bits count.
  static bool reaches_end_of_time(const Said& said) {
    return said.status == 3 &&
           said.err.find("the simulated time ends at 105 days") != std::string::npos;
  }
  static bool says_who_waits(const std::string& text) {
    return text.find("invariant") == std::string::npos &&
           (text.find(": stuck at ") != std::string::npos ||
            text.find(": no progress: ") != std::string::npos ||
            text.find(": host.mmap_lock is saturated: ") != std::string::npos);
  }

  void check_stuck(const Said& said) const {
    const bool may = std::ranges::any_of(loaded_->cases,
                                         [](const auto& one) { return may_stand_still(one.spec); });
    if (is_stuck_ && !may) throw Failure{"stuck", said.err};
  }

  // Only a run can say that no warm-up is to be found, or that nothing is left behind it.
  bool never_settles(const Said& said) const {
    return said.status == 2 && (said.err.starts_with("faultpath: warmup: auto: ") ||
                                said.err.ends_with("nothing was counted\n"));
  }

  static void check_time(const Said& said, const Json& result) {
    double steps = 0;
    for (const Json& record : result.value("runs", Json::array())) steps += steps_of(record);
    const double most = kSecondsAtOnce + kSecondsPerStep * steps;
    // What stands still, or never settles, has runs that are not in the result.
    if (said.status != 0 || said.processor_s <= most) return;
    throw Failure{"time",
                  fmt::format("{:.2f} s of a processor for {} steps", said.processor_s, steps)};
  }

  void check_laws(const Json& result) const {
    for (const Json& record : result.value("runs", Json::array())) {
      for (const auto& one : loaded_->cases) {
        if (record["variant"] != one.variant || record["strategy"] != one.strategy) continue;
        const std::string broken = broken_laws(one.spec, record);
        if (!broken.empty()) {
          throw Failure{"laws", fmt::format("{}/{}/{}: {}", one.variant, one.strategy,
                                            record["replication"].dump(), broken)};
        }
      }
    }
  }

  static Json comparable(const std::string& text, const std::vector<std::string>& but) {
    if (text.empty()) return {};
    Json result = Json::parse(text);
    result.erase("scenario");
    for (Json& record : result["runs"]) {
      for (const char* key : {"wall_s", "peak_rss_bytes"}) record.erase(key);
      for (const std::string& key : but) record.erase(key);
    }
    return result;
  }

  static void check_same(const char* oracle, const Said& first, const Said& second,
                         const std::vector<std::string>& but) {
    if (first.status != second.status || first.err != second.err) {
      throw Failure{oracle, fmt::format("status {} and {}\n{}\n{}", first.status, second.status,
                                        first.err, second.err)};
    }
    const Json one = comparable(first.out, but), other = comparable(second.out, but);
    if (one == other) return;
    throw Failure{oracle, Json::diff(one, other).dump().substr(0, 500)};
  }

  std::string path_;
  std::optional<scenarios::Scenario> loaded_;
  bool is_stuck_ = false;
};

}  // namespace

Verdict judge(const std::string& path) { return Judge(path).verdict(); }

}  // namespace faultpath::net
