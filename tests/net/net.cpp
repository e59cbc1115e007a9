// The loop over seeds.
#include "tests/net/net.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "tests/cli/temporary_folder.hpp"
#include "tests/net/apart.hpp"
#include "tests/net/scenario_draw.hpp"
#include "tests/net/shrink.hpp"
#include "tests/net/tree.hpp"

namespace faultpath::net {
namespace {

namespace fs = std::filesystem;

// Of a processor, for drawing and loading; runs have a limit of their own.
constexpr unsigned kSeconds = 120;
constexpr unsigned kQuestions = 400;
constexpr unsigned kQuestionsAboutTime = 10;  // each takes as long as it may

std::string write(const fs::path& folder, const std::string& name, const std::string& text) {
  std::ofstream(folder / name) << text;
  return (folder / name).string();
}

Files make_files(const fs::path& folder) {
  const std::string header = "time_ns,device,pasid,address,bytes,rw\n";
  std::string timed = header, plain = header, several = header;
  for (int i = 0; i < 40; ++i) {
    const int page = i * i % 23;
    timed += fmt::format("{},0,0,{},{},{}\n", 250 * i, 4096 * page, 512 + 64 * i, "rw"[i % 2]);
    plain += fmt::format(",0,0,{},{},{}\n", 0x10000 + 4096 * page, 8 << i % 11, "rw"[i % 3 == 0]);
    several += fmt::format("{},{},{},{},4096,r\n", 100 * i, i % 2, i % 3, 4096 * (7 * i % 31));
  }
  Files files;
  files.recordings = {write(folder, "timed.csv", timed), write(folder, "plain.csv", plain),
                      write(folder, "several.csv", several)};
  files.distributions = {write(folder, "times.txt", "100ns\n2us\n350ns\n")};
  for (const auto& file :
       fs::recursive_directory_iterator(FAULTPATH_SOURCE_DIR "/scenarios/profiles")) {
    if (file.is_regular_file()) files.profiles.push_back(file.path().string());
  }
  std::ranges::sort(files.profiles);
  return files;
}

Json as_json(const Verdict& verdict) {
  return {{"kind", static_cast<int>(verdict.kind)},
          {"oracle", verdict.oracle},
          {"detail", verdict.detail}};
}
Verdict as_verdict(const Json& json) {
  return {static_cast<Verdict::Kind>(json.at("kind").get<int>()), json.at("oracle"),
          json.at("detail")};
}

class Net {
 public:
  Net(std::ostream& report, Scope scope)
      : files_(make_files(folder_.path())), report_(report), scope_(scope) {}

  void cast(std::uint64_t seed) {
    ++counts_.drawn;
    const auto drawn = apart([&] { return draw(seed); }, kSeconds);
    if (!drawn) {
      return fail(seed, Json::object(),
                  {Verdict::Kind::failed, "load", cli::read_text(path("draft.yaml"))});
    }
    if (drawn->is_null()) {
      ++counts_.hopeless;
      return;
    }
    if (drawn->contains("refused")) {
      ++counts_.refused;
      count(seed, drawn->at("refused"));
    }
    count(seed, drawn->at("scenario"));
  }

  const Counts& counts() const { return counts_; }

 private:
  std::string path(const char* name) const { return (folder_.path() / name).string(); }

  Json draw(std::uint64_t seed) const {
    const auto drawn = draw_scenario(seed, files_, path("draft.yaml"), scope_);
    if (!drawn) return nullptr;
    Json json{{"scenario", drawn->scenario}};
    if (drawn->refused) json["refused"] = *drawn->refused;
    return json;
  }

  Verdict judge_text(const Json& scenario) const {
    return judge_apart(folder_.write("scenario.yaml", yaml_of(scenario)));
  }

  void count(std::uint64_t seed, const Json& scenario) {
    const Verdict verdict = judge_text(scenario);
    switch (verdict.kind) {
      case Verdict::Kind::refused:
        break;
      case Verdict::Kind::ran:
        ++counts_.ran;
        break;
      case Verdict::Kind::stuck:
        ++counts_.stuck;
        break;
      case Verdict::Kind::failed:
        fail(seed, scenario, verdict);
        break;
    }
  }

  void fail(std::uint64_t seed, const Json& scenario, const Verdict& verdict) {
    ++counts_.failed;
    report_ << fmt::format("seed {}: {}: {}\n", seed, verdict.oracle, verdict.detail) << std::flush;
    Verdict last = verdict;
    const Json small = scenario.empty()
                           ? scenario
                           : shrunk(
                                 scenario,
                                 [&](const Json& candidate) {
                                   const Verdict again = judge_text(candidate);
                                   const bool same = again.oracle == verdict.oracle;
                                   if (same) last = again;
                                   return same;
                                 },
                                 verdict.oracle == "time" ? kQuestionsAboutTime : kQuestions);
    report_ << fmt::format("seed {}, shrunk: {}\n{}\n", seed, last.detail, yaml_of(small))
            << std::flush;
  }

  cli::TemporaryFolder folder_;
  Files files_;
  std::ostream& report_;
  const Scope scope_;
  Counts counts_;
};

}  // namespace

std::uint64_t write_scenarios(std::uint64_t seed, std::uint64_t count, const std::string& folder) {
  fs::create_directories(folder);
  const Files files = make_files(fs::absolute(folder));
  const std::string draft = (fs::absolute(folder) / "draft.yaml").string();
  std::uint64_t written = 0;
  for (std::uint64_t end = seed + count; seed < end; ++seed) {
    const auto drawn = apart(
        [&] {
          const auto scenario = draw_scenario(seed, files, draft);
          return scenario ? scenario->scenario : Json();
        },
        kSeconds);
    if (!drawn || drawn->is_null()) continue;
    write(folder, fmt::format("{}.yaml", seed), yaml_of(*drawn));
    ++written;
  }
  fs::remove(draft);
  return written;
}

Verdict judge_apart(const std::string& path) {
  const auto verdict = apart([&] { return as_json(judge(path)); }, kSeconds);
  if (verdict) return as_verdict(*verdict);
  return {Verdict::Kind::failed, "load", "loading or showing it ends the process"};
}

Counts cast(std::uint64_t seed, std::uint64_t count, std::ostream& report, Scope scope) {
  Net net(report, scope);
  for (std::uint64_t i = 0; i < count; ++i) net.cast(seed + i);
  return net.counts();
}

}  // namespace faultpath::net
