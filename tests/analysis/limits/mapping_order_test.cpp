// Many lists in the order of mapping at once, against a queue for each.
#include "analysis/limits/mapping_order.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/limits/access_streams.hpp"

namespace faultpath::analysis::limits {
namespace {

std::vector<std::uint64_t> faults_of(const Pages& stream,
                                     const std::vector<std::uint64_t>& limits) {
  MappingOrder order(limits);
  for (const auto page : stream) order.access(page);
  std::vector<std::uint64_t> faults;
  for (std::size_t i = 0; i < limits.size(); ++i) faults.push_back(order.faults(i));
  return faults;
}

TEST(MappingOrder, HasTheFaultsOfAQueueForEachLimit) {
  for (const std::uint32_t pages : {1U, 23U, 200U}) {
    const auto stream = mixed_pages(6'000, pages, 11 + pages);
    std::vector<std::uint64_t> limits;
    for (std::uint64_t limit = 1; limit <= pages + 1; limit += 1 + pages / 9) {
      limits.push_back(limit);
    }
    const auto faults = faults_of(stream, limits);
    for (std::size_t i = 0; i < limits.size(); ++i) {
      EXPECT_EQ(faults[i], naive_faults(stream, limits[i], false))
          << pages << " pages, limit " << limits[i];
    }
  }
}

// The example of Belady, Nelson and Shedler: nine faults with three pages, ten with four.
TEST(MappingOrder, MayHaveMoreFaultsWithMorePages) {
  const Pages stream{1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5};
  EXPECT_EQ(faults_of(stream, {3, 4, 5}), (std::vector<std::uint64_t>{9, 10, 5}));
}

}  // namespace
}  // namespace faultpath::analysis::limits
