// On-demand paging: a NIC stops a transport and tells its driver which pages are absent.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "models/base/paging_spec.hpp"
#include "models/device/fault_asker.hpp"
#include "sim/distribution.hpp"

namespace faultpath::models {

/// Reads and writes are channels of their own, each with a number of events that may wait for their
/// answer; further operations wait in the device. An initiator knows all pages of its operation. A
/// responder knows those of the packet. Source: Lesokhin et al., ASPLOS 2017; mlx5.
class OnDemandPaging final : public FaultAsker {
 public:
  /// `responder`: what comes from a peer is not held, so it sends it again.
  OnDemandPaging(FunctionContext& function, const Neighbours& neighbours, const PagingSpec& spec,
                 bool responder);

  sim::Task<bool> ask(Question question) override;
  std::uint32_t most_pages() const override { return std::numeric_limits<std::uint32_t>::max(); }

 private:
  struct Channel {
    std::uint32_t outstanding = 0;
    Occurrence freed{"outstanding page events"};
  };

  std::uint32_t most_;
  bool responder_;
  sim::Distribution raise_, resume_;
  sim::RandomStream raise_stream_, resume_stream_;
  std::array<Channel, 2> channels_;  // reads, writes
};

}  // namespace faultpath::models
