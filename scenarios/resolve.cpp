// From a file to documents: extends, variants, --set, traces.
#include "scenarios/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>
#include <variant>

#include "models/assembly/rules/guest_problems.hpp"
#include "models/kernel/eras.hpp"
#include "scenarios/checks.hpp"
#include "scenarios/difference.hpp"
#include "scenarios/extends.hpp"
#include "scenarios/keys/tables.hpp"
#include "scenarios/merge.hpp"
#include "scenarios/override.hpp"
#include "scenarios/suggestion.hpp"
#include "scenarios/trace_file.hpp"

namespace faultpath::scenarios {
namespace {

constexpr std::uint32_t kDefaultQueueDepth = 32;

// What describes the whole scenario cannot differ between its variants.
constexpr const char* kNotInVariants[] = {"scenario", "name",         "description", "extends",
                                          "seed",     "replications", "check",       "variants"};

class Resolver {
 public:
  explicit Resolver(const std::string& path) : path_(path) {}

  ResolvedScenario resolve(const LoadOptions& options) {
    auto file = read_with_extended(path_);
    const auto folder = std::filesystem::path(path_).parent_path().string();
    if (const Entry* variants = file.tree.find("variants"))
      for (const auto& entry : variants->value.entries) variants_of_file_.push_back(entry.key);
    for (const auto& set : options.sets) add_override(parse_override(set, folder), file.tree);
    const auto variants = take_variants(file.tree);
    ResolvedScenario scenario{std::move(file.sha256), read(file.tree, {}), {}};
    for (const auto& variant : variants) {
      Node tree = file.tree;
      merge(tree, variant.value);
      merge_sets_of(variant.key, tree);
      scenario.variants.push_back(read(std::move(tree), variant.key));
    }
    check_effects(scenario);
    return scenario;
  }

 private:
  // A --set under `variants.` changes a variant before it is applied; every other --set is applied
  // after the variant.
  void add_override(Override override, Node& tree) {
    if (override.steps[0] != "variants") return overrides_.push_back(std::move(override));
    if (override.steps.size() > 2) check_spelling(override);
    merge(tree, override.tree);
    variant_sets_.push_back(std::move(override.tree));
  }

  // A path into a variant adds it where it is not there, unless it looks like one of the file.
  void check_spelling(const Override& override) const {
    constexpr std::size_t kShort = 4;  // shorter names all resemble each other
    const auto& name = override.steps[1];
    if (name.size() < kShort ||
        std::ranges::find(variants_of_file_, name) != variants_of_file_.end())
      return;
    const auto near = nearest(name, variants_of_file_);
    if (near.empty()) return;
    throw ConfigError(
        override.tree.place, "variants." + name,
        fmt::format("there is no variant of this name; 'variants.{}={{...}}' adds one", name),
        near);
  }

  // Once more, behind the file: there the same element of a list may have another name, as its
  // index.
  void merge_sets_of(const std::string& variant, Node& tree) const {
    for (const auto& set : variant_sets_) {
      const Entry* entry = set.find("variants")->value.find(variant);
      if (entry != nullptr && entry->value.is_map()) merge(tree, entry->value);
    }
  }

  static std::vector<Entry> take_variants(Node& tree) {
    const Entry* entry = tree.find("variants");
    if (entry == nullptr) return {};
    const Cursor variants{entry->value, "variants"};
    expect_map(variants);
    std::vector<Entry> all = variants.node.entries;
    for (auto& variant : all) check_variant(variants, variant);
    tree.erase("variants");
    return all;
  }

  static void check_variant(const Cursor& variants, Entry& variant) {
    std::string checked;
    Node key;
    key.kind = Node::Kind::scalar;
    key.text = variant.key;
    key.place = variant.place;
    name().read({key, variants.child(variant).path}, checked);
    if (variant.value.kind == Node::Kind::null) variant.value.kind = Node::Kind::map;
    const Cursor at = variants.child(variant);
    expect_map(at);
    for (const char* forbidden : kNotInVariants) {
      const Entry* entry = at.node.find(forbidden);
      if (entry != nullptr) fail_key(at, *entry, "a variant cannot change it");
    }
    set_layer(variant.value, kVariantLayer);
  }

  static void set_layer(Node& node, int layer) {
    node.layer = std::max(node.layer, layer);
    for (auto& entry : node.entries) set_layer(entry.value, layer);
    for (auto& item : node.items) set_layer(item, layer);
  }

  Resolved read(Node tree, const std::string& variant) {
    for (const auto& override : overrides_) merge(tree, override.tree);
    Resolved resolved{variant, std::move(tree), {}, {}};
    const Cursor root{resolved.tree, {}};
    document_keys().read(root, resolved.document);
    if (resolved.document.name.empty()) resolved.document.name = stem();
    const Node& devices = resolved.tree.find("devices")->value;
    for (std::size_t i = 0; i < devices.items.size(); ++i) {
      const Entry* workload = devices.items[i].find("workload");
      const Cursor at = Cursor{devices, "devices"}.item(i);
      settle(workload == nullptr ? at : at.child(*workload), resolved, i);
    }
    settle_era(resolved.document);
    settle_levels(resolved.tree, resolved.document);
    settle_resets(resolved.document);
    check_document(resolved);
    return resolved;
  }

  // What the kernel of the host does unless the scenario says otherwise. Where the interrupt thread
  // serves the groups, nothing is queued, and there is no bound to settle.
  static void settle_era(Document& document) {
    const models::EraRules& rules = models::rules_of(document.host.era);
    if (!document.route) document.route = rules.route;
    if (document.host.iopf.service == models::GroupService::interrupt_thread) return;
    auto& max_active = document.host.work_queue.max_active;
    if (!max_active) max_active = rules.max_active;
  }

  // As deep as the tables of the host's pages are, unless the scenario says it.
  static void settle_levels(const Node& tree, Document& document) {
    const Entry* at = tree.find("iommu");
    for (const char* const key : {"levels", "stage1"}) {
      if (at != nullptr) at = at->value.find(key);
    }
    if (at == nullptr) document.iommu.levels.stage1 = usual_levels(document.host.page_size);
  }

  // How long a function is out of service where something resets it.
  static void settle_resets(Document& document) {
    const bool always = document.host.iopf.timeout.action == models::TimeoutAction::failure_reset;
    for (models::DeviceSpec& device : document.devices) {
      models::ResetSpec& reset = device.reset;
      if (always || reset.every || !reset.at.empty()) reset.duration = reset.length();
    }
  }

  // Loads the trace of a device, and says what drives its workload.
  void settle(const Cursor& at, Resolved& resolved, std::size_t index) {
    auto& workload = resolved.document.devices[index].workload;
    resolved.traces.push_back(trace_of(at, workload));
    if (const auto* const ring = std::get_if<models::BufferRingSpec>(&workload.kind)) {
      workload.footprint = ring->buffers * workload.operation;
    }
    const auto& trace = resolved.traces.back();
    if (trace && trace->timed) {
      drop_driver(at, "queue_depth", workload.queue_depth);
      drop_driver(at, "rate", workload.rate);
    } else if (!workload.rate && !workload.queue_depth) {
      workload.queue_depth = kDefaultQueueDepth;
    }
  }

  models::Trace trace_of(const Cursor& at, const models::WorkloadSpec& workload) {
    const auto* const spec = std::get_if<models::TraceSpec>(&workload.kind);
    if (spec == nullptr) return {};
    if (spec->file.empty()) fail(at, "needs the key 'file', a trace");
    auto& trace = traces_[spec->file];
    if (!trace) trace = read_trace(spec->file);
    return trace;
  }

  // A timed trace says itself when its operations start.
  template <class T>
  static void drop_driver(const Cursor& at, const char* key, std::optional<T>& driver) {
    const Entry* entry = at.node.find(key);
    const Entry* file = at.node.find("file");
    driver.reset();
    if (entry == nullptr || entry->value.layer < file->value.layer) return;
    fail_key(at, *entry,
             "has no effect with a trace that has times; import it with --times drop to drive it");
  }

  // A name for a scenario without one.
  std::string stem() const {
    auto stem = std::filesystem::path(path_).stem().string();
    std::ranges::replace_if(
        stem,
        [](char c) {
          return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-';
        },
        '_');
    return stem;
  }

  std::string path_;
  std::vector<Override> overrides_;
  std::vector<std::string> variants_of_file_;
  std::vector<Node> variant_sets_;
  std::map<std::string, models::Trace> traces_;
};

}  // namespace

ResolvedScenario resolve_scenario(const std::string& path, const LoadOptions& options) {
  return Resolver(path).resolve(options);
}

models::SystemSpec system_of(const Resolved& resolved, std::size_t strategy) {
  const Document& document = resolved.document;
  models::SystemSpec spec;
  spec.host = document.host;
  spec.iommu = document.iommu;
  spec.route = *document.route;
  spec.topology = document.topology;
  spec.processes = document.processes;
  spec.guests = document.guests;
  spec.devices = document.devices;
  spec.traces = resolved.traces;
  spec.strategy = document.strategies[strategy];
  spec.run.stop = {document.duration, document.stop_after.operations, document.stop_after.faults};
  spec.run.warmup = document.warmup.length;
  spec.run.seed = document.seed;
  spec.run.temporal_decoupling = document.temporal_decoupling;
  return models::with_second_stage(std::move(spec));
}

nlohmann::ordered_json resolved_json(const ResolvedScenario& scenario) {
  Json base = document_keys().dump(scenario.base.document);
  Json variants = Json::object();
  for (const auto& variant : scenario.variants) {
    variants[variant.variant] = difference(base, document_keys().dump(variant.document));
  }
  if (!variants.empty()) base["variants"] = std::move(variants);
  return base;
}

}  // namespace faultpath::scenarios
