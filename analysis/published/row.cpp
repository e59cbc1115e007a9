// How far a prediction is off, and whether that is too far.
#include "analysis/published/row.hpp"

#include <algorithm>
#include <cmath>

namespace faultpath::analysis {
namespace {

double scale_of(const PublishedRow& row) {
  const double of = row.limit ? row.limit->of : 0.0;
  return of > 0.0 ? of : row.published->value;
}

}  // namespace

std::optional<double> PublishedRow::error() const {
  if (!published || !predicted) return std::nullopt;
  return (*predicted - published->value) / scale_of(*this);
}

std::optional<bool> PublishedRow::is_good() const {
  if (!published || !predicted || !limit || use != RowUse::predict) return std::nullopt;
  if (limit->at_least) return *predicted >= published->value;
  const double away = std::abs(*predicted - published->value) - published->half_digit;
  return away <= limit->share * scale_of(*this);
}

const FittedParameter* PublishedReport::find(std::string_view parameter) const {
  const auto found = std::ranges::find(parameters, parameter, &FittedParameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

void add_name(std::string& names, std::string_view name) {
  if (!names.empty()) names += "; ";
  names += name;
}

}  // namespace faultpath::analysis
