// What a scenario says about the route of faults.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "models/kernel/user_readers_spec.hpp"

namespace faultpath::models {

struct PerPageTableSpec {};
struct PerDeviceSpec {};
struct PerPasidSpec {
  /// A fault file for each I/O page table whose faults are reported to user space: those of PASIDs
  /// that say so, and of requests without a PASID. Absent: the latter are refused.
  std::optional<UserReadersSpec> user_space;
};
/// Fault files of iommufd that user space reads.
struct IommufdSpec : UserReadersSpec {
  enum class Queues {
    per_page_table,  ///< a fault file for each I/O page table
    shared,          ///< one for all of them
  } queues = Queues::per_page_table;
};
/// The queues of a container: one for the second level, one for each table of the first.
struct ContainerSpec : UserReadersSpec {};

/// A route's place in RouteSpec::Kind and in the table of routes.
enum class FaultRoute : std::size_t { per_page_table, per_device, per_pasid, iommufd, container };

/// A route with what it alone has.
struct RouteSpec {
  using Kind =
      std::variant<PerPageTableSpec, PerDeviceSpec, PerPasidSpec, IommufdSpec, ContainerSpec>;
  Kind kind;

  RouteSpec() = default;
  /// With its defaults.
  RouteSpec(FaultRoute route)  // NOLINT: it is one
      : kind(with_defaults(route, std::make_index_sequence<std::variant_size_v<Kind>>())) {}
  template <class Spec>
    requires std::is_constructible_v<Kind, Spec>
  explicit RouteSpec(Spec spec) : kind(std::move(spec)) {}

  FaultRoute route() const { return FaultRoute{kind.index()}; }
  /// Of a route to user space; else null.
  const UserReadersSpec* user() const {
    return std::visit(
        [](const auto& spec) -> const UserReadersSpec* {
          if constexpr (std::is_base_of_v<UserReadersSpec, std::decay_t<decltype(spec)>>) {
            return &spec;
          } else if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, PerPasidSpec>) {
            return spec.user_space ? &*spec.user_space : nullptr;
          } else {
            return nullptr;
          }
        },
        kind);
  }
  bool operator==(FaultRoute other) const { return route() == other; }

 private:
  template <std::size_t... I>
  static Kind with_defaults(FaultRoute route, std::index_sequence<I...>) {
    Kind kind;
    (void)((FaultRoute{I} == route && (kind.emplace<I>(), true)) || ...);
    return kind;
  }
};

}  // namespace faultpath::models
