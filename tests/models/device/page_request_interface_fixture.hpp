// Groups that are sent through a page request interface and answered as the test says.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/device/page_request_interface.hpp"
#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {

inline PriSpec allocation(std::uint32_t requests) {
  PriSpec spec;
  spec.capacity = spec.allocation = requests;
  return spec;
}

class PageRequestInterfaceTest : public testing::Test {
 protected:
  void make(std::uint32_t requests) {
    pri = std::make_unique<PageRequestInterface>(allocation(requests));
  }
  void send(const char* name, std::uint32_t requests) {
    simulation.start(group(name, requests), name);
    simulation.calendar().run_before(sim::kEndOfTime);
  }
  /// True for a group that is outstanding.
  bool answer(std::uint16_t index, ResponseCode code = ResponseCode::success,
              std::optional<Pasid> for_pasid = {}) {
    receipt = pri->receive({PrgIndex{index}, for_pasid, code});
    simulation.calendar().run_before(sim::kEndOfTime);
    return receipt == PageRequestInterface::Receipt::outstanding;
  }
  sim::Process group(const char* name, std::uint32_t requests) {
    const std::optional<PrgIndex> index = co_await pri->open(requests, who);
    if (!index) {
      refused.push_back(name);
      co_return;
    }
    sent.push_back(name);
    indices.push_back(index->value);
    const std::optional<ResponseCode> code = co_await pri->answer(*index, simulation.now());
    if (code) answered.emplace_back(name, *code);
    if (!code) forgotten.push_back(name);
  }

  std::unique_ptr<PageRequestInterface> pri;  // outlives the frames that wait in it
  sim::Simulation simulation{bare()};
  Requester who;  // of the groups that are sent
  std::vector<std::string> sent, refused, forgotten;
  PageRequestInterface::Receipt receipt{};
  std::vector<std::uint16_t> indices;
  std::vector<std::pair<std::string, ResponseCode>> answered;
};

}  // namespace faultpath::models
