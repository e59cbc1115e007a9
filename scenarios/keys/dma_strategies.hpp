// The keys of the strategies that act before and after each operation.
#pragma once

#include "models/strategy/strategy_spec.hpp"
#include "scenarios/declare/object.hpp"

namespace faultpath::scenarios {

Object<models::ViommuMapSpec> viommu_map();
Object<models::CoiommuSpec> coiommu();
Object<models::SnoopSpec> snoop();

}  // namespace faultpath::scenarios
