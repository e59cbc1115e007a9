// V3: ratios of a migration by post-copy, of which a publication says no times.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

struct MigrationRatioRow {
  enum class Quantity {
    share_after,  ///< of a part in the downtime, when the part has been cut
    completion,   ///< by how much less time all takes with several streams
    fault_ratio,  ///< of a device's fault to that of a virtual CPU
  };

  std::string name;  ///< of the experiment: `least`
  Quantity quantity = Quantity::share_after;
  /// share_after: the share of the part before, in per cent. completion: by how many per cent less
  /// time all takes with one stream.
  double before = 0.0;
  double remote_us = 0.0, extra_us = 0.0;  ///< fault_ratio: of both faults, and of a device's only
  RowUse use = RowUse::predict;
  std::optional<Printed> percent{};
};

/// Three laws; the first two have one number each.
/// - A part of the downtime has a share s. With the part cut by c, and the rest as it was, it has
///       s' = s (1 - c) / (1 - s c).
/// - One stream leaves a share 1 - g of the time; several leave a part p of that, whatever the
///   load: g' = 1 - p (1 - g).
/// - Both faults wait for the same page from the source, remote_us, and that of a device takes
///   extra_us besides: 1 + extra_us / remote_us. Nothing is fitted.
/// Of several rows to fit to, c and p are the mean of what each says.
PublishedReport fit_migration_ratio(const std::vector<MigrationRatioRow>& rows);

}  // namespace faultpath::analysis
