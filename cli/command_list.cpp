// `faultpath list`: what there is to choose from and what is measured.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "analysis/metrics.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/profiles.hpp"
#include "cli/table.hpp"
#include "cli/usage_error.hpp"
#include "models/kernel/handlers/handler_table.hpp"
#include "models/metrics/metrics.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

using Items = std::vector<scenarios::Listed>;

struct Listing {
  std::string name;
  std::function<Items()> items;
};

// Of the shipped profiles, those below a folder, named as `extends` names them.
Items profiles(const std::string& below) {
  const auto folder = profile_folder();
  if (folder.empty()) return {};
  auto items = scenarios::profiles_below(folder + below);
  for (auto& item : items) item.name = "profiles" + item.name.substr(folder.size());
  return items;
}

void add(Items& items, std::string_view name, std::string_view meaning) {
  items.push_back({std::string{name}, std::string{meaning}});
}

Items handlers() {
  Items items;
  for (const auto& handler : models::kHandlers) add(items, handler.name, handler.meaning);
  return items;
}

Items stages() {
  Items items;
  for (const auto& stage : models::stage_table()) add(items, stage.name, stage.meaning);
  return items;
}

// By the paths that `summary` in a result has.
Items metrics() {
  Items items;
  for (const auto& rate : analysis::rate_table()) add(items, rate.name, rate.meaning);
  for (const auto& counter : models::counter_table()) add(items, counter.name, counter.meaning);
  for (const auto& gauge : models::gauge_table())
    add(items, fmt::format("{}.mean .max .final", gauge.name), gauge.meaning);
  for (const auto& distribution : models::distribution_table()) {
    add(items,
        fmt::format("{}.count .mean .stddev .min .max .p50 .p90 .p95 .p99 .p999",
                    distribution.name),
        distribution.meaning);
  }
  for (const auto& stage : models::stage_table())
    add(items, fmt::format("stages_ns.{}.count .mean .p99", stage.name), stage.meaning);
  for (std::size_t i = 0; i < static_cast<std::size_t>(models::Scope::count); ++i) {
    const auto scope = models::name_of(static_cast<models::Scope>(i));
    add(items, fmt::format("blame_scopes_ns.p50.{0} .p90.{0} .p99.{0} .p999.{0}", scope),
        fmt::format("with guests: time of the faults at a percentile that is the {}'s", scope));
  }
  return items;
}

const std::vector<Listing>& listings() {
  static const std::vector<Listing> kListings{
      {"strategies", [] { return scenarios::listed_words("strategies"); }},
      {"iommus", [] { return scenarios::listed_words("iommus"); }},
      {"routes", [] { return scenarios::listed_words("routes"); }},
      {"handlers", handlers},
      {"eras", [] { return scenarios::listed_words("eras"); }},
      {"viommus", [] { return scenarios::listed_words("viommus"); }},
      {"behaviours", [] { return scenarios::listed_words("behaviours"); }},
      {"devices", [] { return profiles("/device"); }},
      {"workloads", [] { return scenarios::listed_words("workloads"); }},
      {"stages", stages},
      {"metrics", metrics},
      {"profiles", [] { return profiles(""); }},
  };
  return kListings;
}

const Listing& find_listing(const std::string& what) {
  const auto found = std::ranges::find(listings(), what, &Listing::name);
  if (found != listings().end()) return *found;
  std::vector<std::string> known;
  for (const auto& listing : listings()) known.push_back(listing.name);
  throw UsageError(fmt::format("list: unknown '{}'; {}", what, scenarios::hint_for(what, known)));
}

void print_json(const Items& items) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const auto& [name, meaning] : items) json.push_back({{"name", name}, {"meaning", meaning}});
  print(fmt::format("{}\n", json.dump(2)));
}

void print_text(const Items& items) {
  constexpr std::size_t kWidest = 40;  // a longer name gets a line of its own
  std::size_t width = 0;
  for (const auto& item : items)
    if (item.name.size() <= kWidest) width = std::max(width, item.name.size());
  for (const auto& [name, meaning] : items) {
    if (name.size() > width) {
      print(fmt::format("{}\n{:{}}  {}\n", name, "", width, meaning));
    } else {
      print(fmt::format("{:{}}  {}\n", name, width, meaning));
    }
  }
}

int execute(const std::string& what, bool json) {
  const auto items = find_listing(what).items();
  if (json) {
    print_json(items);
  } else {
    print_text(items);
  }
  return 0;
}

}  // namespace

Command add_list(CLI::App& program) {
  struct ListRequest {
    std::string what;
    bool json = false;
  };
  auto request = std::make_shared<ListRequest>();
  auto* command = program.add_subcommand("list", "What there is to choose from, what is measured");
  command
      ->add_option("WHAT", request->what,
                   "strategies | iommus | routes | handlers | eras | viommus | behaviours | "
                   "devices | workloads | stages | metrics | profiles")
      ->required();
  command->add_flag("--json", request->json, "as a JSON array of names and meanings");
  std::vector<std::string> words;
  for (const auto& listing : listings()) words.push_back(listing.name);
  return {command,
          [request] { return execute(request->what, request->json); },
          {{"WHAT", std::move(words)}}};
}

}  // namespace faultpath::cli
