// Makes the guests of a drawn scenario fit the rest of it.
#pragma once

#include "tests/net/value_draw.hpp"

namespace faultpath::net {

/// Guests and devices, and nothing else that is not needed.
Json drawn_guests(ValueDraw& draw);

/// Names, kinds of IOMMU and strategies that are drawn by themselves would hardly ever fit. Gives
/// each guest a device and its process, and what their page requests need; guests are drawn for a
/// scenario without them now and then. Everything else about them stays as it was drawn.
void plant_guests(Json& scenario, ValueDraw& draw);

}  // namespace faultpath::net
