// The declarations of all keys of a scenario, one table for each spec of the models.
#pragma once

#include <string>
#include <vector>

#include "models/device/device_spec.hpp"
#include "models/host/host_spec.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/strategy/strategy_spec.hpp"
#include "models/topology/topology_spec.hpp"
#include "scenarios/declare/object.hpp"
#include "scenarios/document.hpp"

namespace faultpath::scenarios {

const Object<Document>& document_keys();
const Object<models::HostSpec>& host_keys();
const Object<models::IommuSpec>& iommu_keys();
const Object<models::DeviceSpec>& device_keys();
const Object<models::WorkloadSpec>& workload_keys();
const Object<models::TopologySpec>& topology_keys();

/// A bare word, or a map with `kind`.
Type<models::StrategySpec> strategy();
/// The strategies that there are, with what they do.
std::vector<Word> strategy_words();

/// The schema that latency() refers to as "#/$defs/latency".
Json latency_schema();

/// A key that may say only `word` in this version; `later` are those of later versions.
template <class S>
Field<S> fixed(const std::string& key, const Word& only, const std::vector<std::string>& later,
               std::string doc) {
  return {{key, std::move(doc), {}},
          [=](const Cursor& at, S&) { read_word(at, {only}, later); },
          [=](const S&) -> Json { return only.word; },
          [](S&) {},
          [=] { return words_schema({only}); },
          {}};
}

}  // namespace faultpath::scenarios
